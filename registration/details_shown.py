"""What the pages of a person, and of their contact, show: what was told, and how it stands."""

from django.db.models import QuerySet
from django.utils import timezone

from foundation.core import clock
from foundation.offers.actions import position
from registration.actions.submitting import answers_of
from registration.models import (
    Participant,
    SensitiveDetails,
    Status,
    Submission,
    WaitingListEntry,
)
from registration.status_labels import StatusLabel, label_of
from registration.waiting_list import WorkshopPool, entry_of


def details_of(participant: Participant) -> dict[str, object]:
    """Return the context of `registration/_my_details.html`."""
    return {
        "participant": participant,
        "participant_affiliations": participant.participant_affiliations.select_related(
            "affiliation"
        ),
        "days": [attendance.on for attendance in participant.attendances.all()],
        "consents": participant.consents.select_related("version"),
        "sensitive": SensitiveDetails.objects.filter(participant=participant).first(),
    }


def sent_details_of(submission: Submission) -> dict[str, object]:
    """Return the context of `registration/verify.html`: what was told with a form, but the needs.

    An address may be mistyped, and needs are for nobody's eyes then.
    """
    details, agreed_to = answers_of(submission)
    names = ("badge_name", "organisation", "other_organisation", "job_title", "country")
    return {
        "sent_at": clock.moment(submission.sent_at, submission.workshop.zone),
        "participant": Participant(**{name: getattr(details, name) for name in names}),
        "groups": details.affiliations,
        "days": details.days,
        "own_email": submission.own_email,
        "has_needs": bool(details.dietary or details.access),
        "agreed_to": agreed_to,
        "is_for_other": submission.is_for_other,
    }


def status_of(participant: Participant) -> dict[str, object]:
    """Return what the status means; and for whom it is the waiting list, where they are in it."""
    now = timezone.now()
    if participant.status != Status.WAITING:
        return {"label": label_of(participant, None, now)}
    entry, pool = entry_of(participant), WorkshopPool(participant.workshop)
    is_good = entry is not None and entry.is_good_at(now)
    return {
        "label": label_of(participant, entry, now),
        "is_on_waiting_list": True,
        "offered_until": entry.offer_until(participant.workshop.zone) if entry and is_good else "",
        "position": position(pool=pool, participant=participant),
    }


def with_labels(people: QuerySet[Participant]) -> list[tuple[Participant, StatusLabel]]:
    """Return each of `people` with what their status means now. Two queries at most."""
    now, rows = timezone.now(), list(people.select_related("workshop"))
    waiting = [each for each in rows if each.status == Status.WAITING]
    entries = WaitingListEntry.objects.filter(participant__in=waiting).in_line() if waiting else ()
    last = {entry.participant_id: entry for entry in entries}
    return [(each, label_of(each, last.get(each.pk), now)) for each in rows]
