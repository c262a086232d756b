"""What a participant does about their own registration; organisers' moves are in `deciding`.

Those of a contact are in `looking_after`; what nobody proved yet is in `submitting`. Lock order:
invitation, user, participant. The user's row is locked so that two forms of one address go one
after the other, also where there is no participant yet.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.locking import lock, lock_first
from foundation.core.refusals import Refused
from foundation.series.models import TextVersion, Workshop
from registration.actions import deciding
from registration.actions.details import Details, consent, identity_changes, verified_lost, write
from registration.actions.seats import hold_seat
from registration.actions.submitting import drop_others, receive
from registration.messages import InvitationAccepted, Received, notify
from registration.models import (
    Invitation,
    Participant,
    ParticipantAffiliation,
    Status,
    Submission,
)
from registration.secret_messages import notify_own_address
from registration.signals import admission_lost
from registration.status import set_status

# Where a registration is no longer somebody's: the form may be sent anew.
MAY_REGISTER = {Status.CANCELLED}
MAY_CHANGE = {Status.PENDING, Status.CONFIRMED, Status.WAITING}


@transaction.atomic
def register(
    *, workshop: Workshop, email: str, details: Details, agreed_to: list[TextVersion]
) -> None:
    """Take a registration from the public form, and mail a link that proves the address.

    agreed_to: the texts that the form showed.
    It is kept beside what was sent with the address before, and changes none of it. Whoever is
    registered here already gets a mail that says so, and nothing changes.

    Locks: the user, the participant.
    """
    user = locked_user(email)
    submission = Submission(workshop=workshop, user=user)
    receive(submission, details, agreed_to, _registered(locked_participant(workshop, user)))


@transaction.atomic
def register_proved(
    *, workshop: Workshop, user: User, details: Details, agreed_to: list[TextVersion]
) -> Participant:
    """Register whoever signed in by a mailed code: no link is needed, the organisers have it now.

    agreed_to: as in `register`. Other forms that wait for the same person are dropped.

    Raises: already-registered.
    Locks: the user, the participant.
    """
    return _write_own(workshop, locked_user(user.email), details, agreed_to)


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, details: Details, agreed_to: list[TextVersion]
) -> Participant:
    """Register whoever was invited: the address is proved, the affiliations named are verified.

    agreed_to: as in `register`. Good until the invitation expires, also while public registration
    is closed: organisers invite whom they want. What anybody sent with the address, and nobody
    proved, is dropped.

    Raises: invitation-void, already-registered (`accept_onto_registration` is for them).
    Locks: the invitation, the user, the participant.
    """
    invitation = _locked_invitation(invitation)
    workshop, user = invitation.workshop, locked_user(invitation.email)
    participant = _write_own(workshop, user, details, agreed_to)
    _use(invitation, participant)
    return participant


@transaction.atomic
def accept_onto_registration(*, invitation: Invitation) -> Participant:
    """Accept an invitation onto the registration that its address has already.

    The affiliations named are verified; nothing else changes.

    Raises: invitation-void, not-registered.
    Locks: the invitation, the user, the participant.
    """
    invitation = _locked_invitation(invitation)
    workshop = invitation.workshop
    participant = _registered(locked_participant(workshop, locked_user(invitation.email)))
    if participant is None:
        raise Refused("not-registered", _("There is no registration with this address."))
    _use(invitation, participant)
    notify(InvitationAccepted(participant=participant))
    return participant


@transaction.atomic
def change_details(*, participant: Participant, details: Details) -> None:
    """Change what a participant told about themselves.

    Who changes their name or organisation is no longer the person who was verified: verified
    affiliations become claimed ones, and what only they admitted to is freed. The same follows
    where a verified affiliation is given up. Whoever is confirmed needs a seat of the organisation
    they change to.

    Raises: not-changeable, organisation-full.
    Locks: the workshop, the participant, then what they held.
    """
    participant = deciding.lock_with_workshop(participant)
    if participant.status not in MAY_CHANGE:
        raise Refused("not-changeable", _("This registration can’t be changed as it stands."))
    lost = verified_lost(participant, details)
    stays_the_same = not identity_changes(participant, details)
    if details.organisation != participant.organisation:
        participant.organisation = details.organisation
        hold_seat(participant=participant)
    write(participant, details, keeps_verified=stays_the_same)
    if lost:
        admission_lost.send(Participant, participant=participant)


def registration_of(invitation: Invitation) -> Participant | None:
    """Return the registration that the invited address has already, unless it was cancelled."""
    return (
        Participant.objects.filter(workshop=invitation.workshop, user__email=invitation.email)
        .exclude(status=Status.CANCELLED)
        .select_related("organisation")
        .first()
    )


def locked_user(email: str) -> User:
    """Return the user with this address, made where there is none, locked.

    email: in its one spelling.

    Locks: the user.
    """
    made, _is_new = User.objects.get_or_create(email=email)
    user = lock_first(User.objects.filter(pk=made.pk))
    return user or locked_user(email)  # erased in between, as `registration.retention` does


def locked_participant(workshop: Workshop, user: User) -> Participant | None:
    """Return whom `user` is at `workshop`, whatever the status, locked."""
    rows = Participant.objects.select_related("organisation")
    participant = lock_first(rows.filter(workshop=workshop, user=user))
    if participant:
        participant.workshop, participant.user = workshop, user
    return participant


def _locked_invitation(invitation: Invitation) -> Invitation:
    invitation = lock(Invitation.objects.select_related("workshop"), invitation.pk)
    if not clock.for_sent_form(invitation.is_good, timezone.now()):
        raise Refused("invitation-void", _("This invitation has been used or is too old."))
    return invitation


def write_anew(
    participant: Participant,
    details: Details,
    agreed_to: list[TextVersion],
    *,
    by: User,
    sent_at: datetime | None = None,
) -> None:
    """Write a whole form: what was told, what was agreed to; an organiser decides about it now.

    by: who sent it, proved. sent_at: now, where it isn't said.

    Raises: already-pending, no-such-move.
    """
    participant.submitted_at = sent_at or timezone.now()
    set_status(participant, Status.PENDING, by=by)
    write(participant, details, keeps_verified=False)
    consent(participant, agreed_to, participant.submitted_at)
    drop_others(participant, by)
    notify(Received(participant=participant))
    notify_own_address(participant)


def refuse_registered(participant: Participant | None) -> None:
    """Refuse to write a form over a registration that counts.

    Raises: already-registered.
    """
    if _registered(participant):
        raise Refused("already-registered", _("You are registered already."))


def _registered(participant: Participant | None) -> Participant | None:
    """Nobody, where the form may be sent anew."""
    return participant if participant and participant.status not in MAY_REGISTER else None


def _write_own(
    workshop: Workshop, user: User, details: Details, agreed_to: list[TextVersion]
) -> Participant:
    participant = locked_participant(workshop, user)
    refuse_registered(participant)
    participant = participant or Participant(workshop=workshop, user=user)
    write_anew(participant, details, agreed_to, by=user)
    return participant


def _use(invitation: Invitation, participant: Participant) -> None:
    """Verify the affiliations that `invitation` names, and mark it used."""
    now = timezone.now()
    for affiliation in invitation.affiliations.all():
        claim = ParticipantAffiliation.objects.filter(
            participant=participant, affiliation=affiliation
        ).first()
        claim = claim or ParticipantAffiliation(participant=participant, affiliation=affiliation)
        if claim.verified_at is None:
            claim.verified_at = now
            claim._change_reason = "by invitation"  # verified_by stays empty: nobody decided
            claim.save()
    for older in Invitation.objects.filter(participant=participant).exclude(pk=invitation.pk):
        older.participant = None  # a participant names the last one they used
        older.save()
    invitation.used_at, invitation.participant = now, participant
    invitation.save()
