"""Forms that anybody sends: each is kept for itself, until somebody proves that it is theirs.

Lock order: the user whose address it came with, then the participant. That row is locked so that
two forms of one address go one after the other, also where there is no participant yet.
"""

from datetime import date, timedelta
from typing import Any, cast
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.mail.models import Message
from foundation.series.models import TextVersion
from registration.actions.details import Details
from registration.messages import AlreadyRegistered, notify, notify_contact
from registration.models import Organisation, Participant, Submission
from registration.secret_messages import Verify, send_proof

# The same once more within this time is a double click.
DOUBLE_CLICK = timedelta(minutes=2)
# So many wait of one address at a workshop. Whoever sends more is not told, and nothing is mailed:
# the owner signs in with a code, and registers from there.
MOST_WAITING = 20


def receive(
    submission: Submission,
    details: Details,
    agreed_to: list[TextVersion],
    registered: Participant | None,
) -> None:
    """Keep a new form, and mail a link that proves the address; a double click mails nothing more.

    registered: who is registered already as the person meant. They get a mail that says so, and
    nothing changes. Neither the answer nor the work done tells the two apart: for a known address
    all is written, and undone. The caller has locked the user.
    """
    submission.answers = _packed(details, agreed_to)
    theirs = Submission.objects.waiting().filter(workshop=submission.workshop, user=submission.user)
    is_kept = registered is None and theirs.count() < MOST_WAITING
    is_repeated = _is_repeated(submission, registered)
    with transaction.atomic():
        if registered:  # as is done for an address that is new
            submission.user, _new = User.objects.get_or_create(email=f"{uuid4()}@invalid")
        submission.save()
        transaction.set_rollback(is_repeated or not is_kept)
    if is_repeated:
        return
    if registered:
        tell = notify_contact if submission.is_for_other else notify
        tell(AlreadyRegistered(participant=registered))
    elif is_kept:
        send_proof(Verify(submission=submission, good_for=settings.VERIFY_LINK_GOOD_FOR))


def answers_of(submission: Submission) -> tuple[Details, list[TextVersion]]:
    """Return what was told and agreed to, as far as the workshop still has what it names."""
    told = dict(cast("dict[str, Any]", submission.answers))
    agreed_to, workshop = told.pop("agreed_to"), submission.workshop
    listed, name = told.pop("organisation")
    organisation = Organisation.objects.filter(workshop=workshop, pk=listed).first()
    if organisation is None:
        told["other_organisation"] = told["other_organisation"] or name
    claimable = workshop.affiliations.claimable()
    days = [date.fromisoformat(day) for day in told.pop("days")]
    details = Details(
        organisation=organisation,
        affiliations=list(claimable.filter(pk__in=told.pop("affiliations"))),
        days=[day for day in days if day in workshop.dates],
        **told,
    )
    return details, list(TextVersion.objects.filter(workshop=workshop, pk__in=agreed_to))


def drop_others(participant: Participant, user: User) -> None:
    """Close every form that still waits for the same person: theirs is another, or an invitation.

    user: whose address they came with, locked by the caller.
    """
    open_ones = Submission.objects.filter(
        workshop=participant.workshop_id, user=user, closed_at=None
    )
    for submission in open_ones:
        if submission.is_of(participant):
            submission.close()


def _packed(details: Details, agreed_to: list[TextVersion]) -> dict[str, Any]:
    return vars(details) | {
        "organisation": _key_and_name(details.organisation),
        "affiliations": [each.pk for each in details.affiliations],
        "days": [day.isoformat() for day in details.days],
        "country": str(details.country),
        "agreed_to": [version.pk for version in agreed_to],
    }


def _key_and_name(organisation: Organisation | None) -> list[Any]:
    return [organisation.pk, organisation.name] if organisation else [None, ""]


def _is_repeated(submission: Submission, registered: Participant | None) -> bool:
    """Return whether the same was done for it a moment ago."""
    since = timezone.now() - DOUBLE_CLICK
    if registered:
        told = Message.objects.about(registered.public_id).filter(kind=AlreadyRegistered.name)
        return told.filter(to=submission.user.email, created_at__gt=since).exists()
    same = Submission.objects.filter(
        workshop=submission.workshop,
        user=submission.user,
        is_for_other=submission.is_for_other,
        own_email=submission.own_email,
        answers=submission.answers,
        closed_at=None,
    )
    return same.filter(sent_at__gt=since).exists()
