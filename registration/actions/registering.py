"""What a participant does about their own registration; organisers' moves are in `deciding`.

Those of a contact are in `looking_after`. Lock order: invitation, user, participant. The user's row
is locked so that two submissions of one address go one after the other, also where there is no
participant yet.
"""

from contextlib import suppress
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q
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
from registration.messages import (
    AlreadyRegistered,
    InvitationAccepted,
    Received,
    Verify,
    notify,
    notify_own_address,
)
from registration.models import Invitation, Participant, ParticipantAffiliation, Status
from registration.signals import admission_lost
from registration.status import set_status

# Where a registration is not, or no longer, somebody's: the form may be sent anew.
MAY_REGISTER = {Status.SUBMITTED, Status.CANCELLED}
MAY_CHANGE = {Status.PENDING, Status.CONFIRMED, Status.WAITING}


@transaction.atomic
def register(
    *, workshop: Workshop, email: str, details: Details, agreed_to: list[TextVersion]
) -> None:
    """Take a registration from the public form, and mail a link that proves the address.

    agreed_to: the texts that the form showed.
    Whoever is registered here already gets a mail that says so, and nothing changes. Neither the
    answer nor the work done tells the two apart: for a known address all is written, and undone.
    An earlier submission not yet proved is replaced, and its links become void; whoever cancelled
    may register anew, and holds no verified affiliation then.

    Locks: the user, the participant.
    """
    user = locked_user(email)
    participant = _locked_participant(workshop, user)
    if participant is None or participant.status in MAY_REGISTER:
        participant = participant or Participant(workshop=workshop, user=user)
        write_anew(participant, details, agreed_to, Status.SUBMITTED, by=None)
        mail_proof(participant)
    else:
        rehearse(workshop, details, agreed_to)
        notify(AlreadyRegistered(participant=participant))


@transaction.atomic
def prove_email(*, participant: Participant) -> None:
    """Hand a submitted registration to the organisers: its e-mail is proved by a link.

    participant: as the link names them.

    Raises: link-void, where it is proved already or the form was sent again since.
    Locks: the participant.
    """
    rows = Participant.objects.select_related("workshop", "user", "contact")
    current = lock_first(rows.filter(pk=participant.pk, submitted_at=participant.submitted_at))
    if current is None or current.status != Status.SUBMITTED:
        raise Refused("link-void", _("This link has been used, or a newer one was sent."))
    _move_on(current)
    notify(Received(participant=current))
    notify_own_address(current)


def prove_address_of(*, user: User) -> None:
    """Hand over every registration that `user` sent and never proved: their address is proved now.

    Locks: each participant, in a transaction of their own.
    """
    sent = Q(user=user) | Q(user=None, contact=user)  # see `Participant.registrant`
    for participant in Participant.objects.filter(sent, status=Status.SUBMITTED):
        with suppress(Refused):  # the link was used, or the form sent again, at the same moment
            prove_email(participant=participant)


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, details: Details, agreed_to: list[TextVersion]
) -> Participant:
    """Register whoever was invited: the address is proved, the affiliations named are verified.

    agreed_to: as in `register`. Good until the invitation expires, also while public registration
    is closed: organisers invite whom they want.

    Raises: invitation-void, already-registered (`accept_onto_registration` is for them).
    Locks: the invitation, the user, the participant.
    """
    invitation = _locked_invitation(invitation)
    workshop, user = invitation.workshop, locked_user(invitation.email)
    participant = _locked_participant(workshop, user)
    if participant and participant.status != Status.CANCELLED:
        raise Refused("already-registered", _("You are registered already."))
    participant = participant or Participant(workshop=workshop, user=user)
    write_anew(participant, details, agreed_to, Status.PENDING, by=user)
    _use(invitation, participant)
    notify(Received(participant=participant))
    return participant


@transaction.atomic
def accept_onto_registration(*, invitation: Invitation) -> Participant:
    """Accept an invitation onto the registration that its address has already.

    The affiliations named are verified, and a registration not yet proved goes to the organisers;
    nothing else changes.

    Raises: invitation-void, not-registered.
    Locks: the invitation, the user, the participant.
    """
    invitation = _locked_invitation(invitation)
    workshop = invitation.workshop
    participant = _locked_participant(workshop, locked_user(invitation.email))
    if participant is None or participant.status == Status.CANCELLED:
        raise Refused("not-registered", _("There is no registration with this address."))
    _use(invitation, participant)
    if participant.status == Status.SUBMITTED:
        _move_on(participant)
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


def mail_proof(participant: Participant) -> None:
    """Mail the link that proves the address of whoever sent the form."""
    notify(Verify(participant=participant, good_for=settings.VERIFY_LINK_GOOD_FOR))


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


def _locked_participant(workshop: Workshop, user: User) -> Participant | None:
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
    status: Status,
    *,
    by: User | None,
) -> None:
    """Write a whole form: what was told, what was agreed to, and the status it begins with.

    Raises: already-<status>, no-such-move.
    """
    participant.submitted_at = timezone.now()
    set_status(participant, status, by=by, at=participant.submitted_at)
    write(participant, details, keeps_verified=False)
    consent(participant, agreed_to)


def rehearse(workshop: Workshop, details: Details, agreed_to: list[TextVersion]) -> None:
    """Do the work of a registration and undo it: a known address must take no less time."""
    with transaction.atomic():
        nobody = User.objects.create(email=f"{uuid4()}@invalid")
        stand_in = Participant(workshop=workshop, user=nobody)
        write_anew(stand_in, details, agreed_to, Status.SUBMITTED, by=None)
        transaction.set_rollback(True)


def _move_on(participant: Participant) -> None:
    """From submitted to pending, by whoever sent the form."""
    set_status(participant, Status.PENDING, by=participant.registrant)
    participant.save()


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
