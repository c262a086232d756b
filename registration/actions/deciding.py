"""What organisers decide: who comes, and which affiliations admit.

Every move locks the workshop, because it owns the count, then the participant; records who and
when; and writes its mail in the same transaction. The waiting list follows it: what somebody gives
up is offered to the next. Each is Refused with already-<status> where it was made before, and with
no-such-move where the status as it is now doesn't allow it.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.locking import lock
from foundation.core.refusals import Refused
from foundation.series.models import Workshop
from registration.actions.losing import record_loss
from registration.actions.seats import refuse_full
from registration.messages import (
    BY_STATUS,
    AffiliationUnverified,
    AffiliationVerified,
    Cancelled,
    notify,
)
from registration.models import Affiliation, Loss, Participant, ParticipantAffiliation, Status
from registration.signals import admission_lost, registration_confirmed
from registration.status import refuse_impossible, set_status
from registration.verifying import reason_against, refuse_own, refuse_verifying
from registration.waiting_list import follow


def lock_with_workshop(participant: Participant) -> Participant:
    """Return the participant as it stands now, locked with the workshop that owns the seats.

    Locks: the workshop, the participant.
    """
    lock(Workshop.objects.all(), participant.workshop_id)
    return _locked_participant(participant)


@transaction.atomic
def confirm(*, participant: Participant, by: User | None) -> Participant:
    """Give `participant` a seat, and tell them. Also out of the waiting list, or after a “no”.

    A seat that is offered to somebody else is not free.

    Raises: own-registration, already-confirmed, no-such-move, workshop-full, seats-offered,
    organisation-full.
    Locks: the workshop, the participant.
    """
    return _confirm(_lock_to_decide(participant, by), by)


@transaction.atomic
def confirm_offered(*, participant: Participant, by: User) -> Participant:
    """Confirm whoever takes the seat that is offered to them: it was counted when it was offered.

    Raises: already-confirmed, no-such-move.
    Locks: the workshop, the participant.
    """
    return _move(lock_with_workshop(participant), Status.CONFIRMED, by)


@transaction.atomic
def confirm_verified(*, participant: Participant, by: User) -> Participant:
    """Verify every affiliation that `participant` claims, and confirm them: with one mail.

    Only where something speaks for each claim: `registration.verifying` says what. Somebody
    confirmed before only gets the affiliations.

    Raises: claim-unsupported, needs-organiser, already-confirmed where they claim none, and what
    `confirm` raises besides.
    Locks: the workshop, the participant.
    """
    participant = _lock_to_decide(participant, by)
    unverified = participant.participant_affiliations.filter(verified_at=None)
    claims = list(unverified.select_related("affiliation"))
    for claim in claims:
        if against := reason_against(participant, claim.affiliation):
            raise Refused("claim-unsupported", against)
    for claim in claims:
        _verify(participant, claim, by)
    if participant.is_confirmed and claims:
        _notify_of(participant, [str(claim) for claim in claims])
        return participant
    return _confirm(participant, by)


@transaction.atomic
def put_on_waiting_list(*, participant: Participant, by: User) -> Participant:
    """Put `participant` at the end of the waiting list, and tell them: the next free seat is
    offered to the first in line.

    Raises: own-registration, already-waiting, no-such-move, already-in-line.
    Locks: the workshop, the participant.
    """
    return _move(_lock_to_decide(participant, by), Status.WAITING, by)


@transaction.atomic
def decline(*, participant: Participant, by: User) -> Participant:
    """Say no, and tell `participant`. Whoever is confirmed is cancelled instead.

    Raises: own-registration, already-declined, no-such-move.
    Locks: the workshop, the participant.
    """
    participant = _lock_to_decide(participant, by)
    before = participant.status
    participant = _move(participant, Status.DECLINED, by)
    _record_registration(participant, before, Loss.Cause.CHANGED)
    return participant


@transaction.atomic
def cancel(*, participant: Participant, by: User | None) -> Participant:
    """Cancel the registration, by its participant or an organiser, whatever its status.

    All that was held by it is free again, and the seat goes to the first in line. What it was is
    kept, so that `restoring.restore` can undo it. The mail names what was lost.

    Raises: already-cancelled.
    Locks: the workshop, the participant, then what they held.
    """
    participant = lock_with_workshop(participant)
    before = participant.status
    set_status(participant, Status.CANCELLED, by=by)
    participant.save()
    _record_registration(participant, before, Loss.Cause.CANCELLED)
    admission_lost.send(Participant, participant=participant)
    notify(Cancelled(participant=participant, losses=_lost_with(participant)))
    follow(participant)
    return participant


@transaction.atomic
def verify(*, claim: ParticipantAffiliation, by: User) -> ParticipantAffiliation:
    """Let a claimed affiliation admit.

    Mail goes only to those confirmed, who can read something new from now on; to all others
    the confirmation will name their affiliations.

    Raises: own-registration, needs-organiser, already-verified.
    Locks: the participant.
    """
    participant = _locked_participant(claim.participant)
    claim = participant.participant_affiliations.get(pk=claim.pk)
    if claim.verified_at:
        sentence = _("%(name)s: “%(affiliation)s” is verified already.")
        raise Refused("already-verified", sentence % _names(participant, claim))
    _verify(participant, claim, by)
    if participant.is_confirmed:
        _notify_of(participant, [str(claim)])
    return claim


@transaction.atomic
def unverify(*, claim: ParticipantAffiliation, by: User) -> ParticipantAffiliation:
    """Let an affiliation admit no longer; the claim stays, and what it admitted to is freed.

    Whoever is confirmed is told, also of each seat and table that goes with it.

    Raises: own-registration, not-verified.
    Locks: the participant, then what they held.
    """
    participant = _locked_participant(claim.participant)
    refuse_own(participant, by)
    claim = participant.participant_affiliations.get(pk=claim.pk)
    if claim.verified_at is None:
        sentence = _("%(name)s: “%(affiliation)s” is not verified.")
        raise Refused("not-verified", sentence % _names(participant, claim))
    claim.verified_at, claim.verified_by = None, None
    claim._history_user = by  # nothing else will say who
    claim.save()
    record_loss(participant=participant, kind=Loss.Kind.AFFILIATION, what=str(claim), ref=claim.pk)
    if participant.is_confirmed:
        notify(AffiliationUnverified(participant=participant, affiliation=str(claim)))
    admission_lost.send(Participant, participant=participant)
    return claim


@transaction.atomic
def grant(
    *, participant: Participant, affiliation: Affiliation, by: User
) -> ParticipantAffiliation:
    """Give `participant` an affiliation, verified, though they never claimed it.

    Mail goes as in `verify`.

    Raises: other-workshop, own-registration, needs-organiser, already-verified.
    Locks: the participant.
    """
    participant = _locked_participant(participant)
    if affiliation.workshop_id != participant.workshop_id:
        raise Refused("other-workshop", _("This affiliation belongs to another workshop."))
    claim, _created = participant.participant_affiliations.get_or_create(affiliation=affiliation)
    return verify(claim=claim, by=by)


def _lock_to_decide(participant: Participant, by: User | None) -> Participant:
    participant = lock_with_workshop(participant)
    refuse_own(participant, by)
    return participant


def _locked_participant(participant: Participant) -> Participant:
    rows = Participant.objects.select_related("workshop", "user", "contact")
    return lock(rows, participant.pk)


def _confirm(participant: Participant, by: User | None) -> Participant:
    refuse_impossible(participant, Status.CONFIRMED)
    refuse_full(participant)
    return _move(participant, Status.CONFIRMED, by)


def _move(participant: Participant, status: Status, by: User | None) -> Participant:
    """Set the status, write the mail that is named like it, let the waiting list follow."""
    set_status(participant, status, by=by)
    participant.save()
    notify(BY_STATUS[status](participant=participant))
    if status == Status.CONFIRMED:
        registration_confirmed.send(Participant, participant=participant)
    follow(participant)
    return participant


def _record_registration(participant: Participant, before: str, cause: Loss.Cause) -> None:
    record_loss(
        participant=participant,
        kind=Loss.Kind.REGISTRATION,
        cause=cause,
        what=_("registration: %(status)s") % {"status": Status(before).label},
        status=before,
    )


def _lost_with(participant: Participant) -> list[str]:
    """What went with the registration, in words."""
    lost = participant.losses.filter(cause=Loss.Cause.CANCELLED, at__gte=participant.status_at)
    return [each.what for each in lost.exclude(kind=Loss.Kind.REGISTRATION)]


def _verify(participant: Participant, claim: ParticipantAffiliation, by: User) -> None:
    refuse_verifying(participant, claim.affiliation, by)
    claim.verified_at, claim.verified_by = timezone.now(), by
    claim.save()


def _notify_of(participant: Participant, affiliations: list[str]) -> None:
    notify(AffiliationVerified(participant=participant, affiliations=affiliations))


def _names(participant: Participant, claim: ParticipantAffiliation) -> dict[str, object]:
    return {"name": participant, "affiliation": claim}
