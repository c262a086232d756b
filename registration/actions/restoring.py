"""Undoing a cancellation: the registration is again what it was, with all that is still free."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.refusals import Refused
from registration.actions import deciding
from registration.actions.seats import refuse_full
from registration.messages import Restored, notify
from registration.models import Loss, Participant, Status
from registration.signals import registration_restored
from registration.status import set_back
from registration.waiting_list import WorkshopPool, entry_of

# So long whoever cancelled can undo it without the organisers.
UNDO_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class BroughtBack:
    """What became of what was held: came_back and gone, in words."""

    participant: Participant
    came_back: list[str]
    gone: list[str]

    def in_words(self) -> list[str]:
        """Return a sentence for each of the two, where there is something to say."""
        told = [
            (_("Back again: %(what)s."), self.came_back),
            (_("Could not be given back: %(what)s."), self.gone),
        ]
        return [sentence % {"what": "; ".join(what)} for sentence, what in told if what]


@transaction.atomic
def restore(*, participant: Participant, by: User) -> BroughtBack:
    """Undo a cancellation: the status is what it was, and what they held is theirs where free.

    Whoever was confirmed needs a free seat; whoever was on the waiting list stands as before.
    A mail tells them, with what came back and what did not.

    Raises: not-cancelled, nothing-kept, workshop-full, seats-offered, organisation-full.
    Locks: the workshop, the participant, then what is given back.
    """
    participant = deciding.lock_with_workshop(participant)
    lost = list(_lost_by_cancelling(participant))
    registration = next((each for each in lost if each.kind == Loss.Kind.REGISTRATION), None)
    if registration is None and participant.status == Status.CANCELLED:
        sentence = _("What the registration of %(name)s was is no longer on record.")
        raise Refused("nothing-kept", sentence % {"name": participant})
    status = Status(registration.status) if registration else Status.CANCELLED
    set_back(participant, status, by=by)
    if status == Status.CONFIRMED:
        refuse_full(participant)
    participant.save()
    if status == Status.WAITING:
        _stand_in_line_again(participant)
    return _give_back(participant, lost)


@transaction.atomic
def undo_cancellation(*, participant: Participant, by: User) -> BroughtBack:
    """Let a participant, or their contact, take back their own cancellation, for a day.

    Raises: not-yours-to-undo, and what `restore` raises.
    Locks: as `restore`.
    """
    participant = deciding.lock_with_workshop(participant)
    if not may_undo(participant, timezone.now()):
        sentence = _("This can be undone for 24 hours by whoever did it. Write to the organisers.")
        raise Refused("not-yours-to-undo", sentence)
    return restore(participant=participant, by=by)


def may_undo(participant: Participant, at: datetime) -> bool:
    """Return whether the person, or their contact, cancelled within the last day."""
    is_their_own = participant.status_by_id in {participant.user_id, participant.contact_id} - {
        None
    }
    is_cancelled = participant.status == Status.CANCELLED
    return is_cancelled and is_their_own and at < participant.status_at + UNDO_WITHIN


def can_restore(participant: Participant) -> bool:
    """Return whether it is cancelled, and what it was is still on record."""
    is_cancelled = participant.status == Status.CANCELLED
    lost = _lost_by_cancelling(participant)
    return is_cancelled and lost.filter(kind=Loss.Kind.REGISTRATION).exists()


def _lost_by_cancelling(participant: Participant) -> QuerySet[Loss]:
    """What went with the last cancellation, and has not come back."""
    lost = Loss.objects.to_give_back().filter(participant=participant)
    return lost.filter(cause=Loss.Cause.CANCELLED, at__gte=participant.status_at)


def _give_back(participant: Participant, lost: list[Loss]) -> BroughtBack:
    """Let each app give back what is free, and tell the person what came back and what did not."""
    registration_restored.send(Participant, participant=participant, losses=lost)
    for each in lost:
        if each.kind == Loss.Kind.REGISTRATION:
            each.give_back()
    held = [each for each in lost if each.kind != Loss.Kind.REGISTRATION]
    back = BroughtBack(
        participant,
        came_back=[each.what for each in held if each.restored_at],
        gone=[each.what for each in held if not each.restored_at],
    )
    notify(Restored(participant=participant, came_back=back.came_back, gone=back.gone))
    return back


def _stand_in_line_again(participant: Participant) -> None:
    """They wait since when they waited: the place in line was theirs."""
    last = entry_of(participant)
    entry = WorkshopPool(participant.workshop).new_entry(participant)
    entry.joined_at = last.joined_at if last else timezone.now()
    entry.save()
