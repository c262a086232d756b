"""The seats of a workshop and the line for them, as the waiting list asks for them.

Who is confirmed has a seat; who is offered one has it kept. An organisation's own seats decide who
in line may take a free one.
"""

from collections.abc import Callable
from datetime import datetime, time

from foundation.core.locking import lock
from foundation.offers import actions as offers
from foundation.offers.models import EntryQuerySet
from foundation.offers.pool import News, Pool
from foundation.series.models import Workshop
from registration.messages import OfferEnded, SeatOffered, notify
from registration.models import Participant, Status, WaitingListEntry


class WorkshopPool(Pool[WaitingListEntry, Participant]):
    """A workshop's seats. Its line is everybody whose registration is on the waiting list."""

    def __init__(self, workshop: Workshop):
        self.workshop = workshop

    def lock(self) -> None:
        self.workshop = lock(Workshop.objects.all(), self.workshop.pk)

    def seats(self) -> int | None:
        return self.workshop.seats

    def taken(self) -> int:
        return self.workshop.participants.confirmed().count()

    def entries(self) -> EntryQuerySet[WaitingListEntry]:
        entries = WaitingListEntry.objects.filter(participant__workshop=self.workshop)
        return entries.select_related(
            "participant__organisation", "participant__user", "participant__contact"
        )

    def new_entry(self, participant: Participant) -> WaitingListEntry:
        return WaitingListEntry(participant=participant)

    def may_take(self, entry: WaitingListEntry) -> bool:
        """Return whether their organisation has a seat.

        Where neither it nor the workshop has a limit no seat was ever scarce: an organiser put them
        on the list for another reason, and decides.
        """
        organisation = entry.participant.organisation
        if organisation is None or organisation.seats is None:
            return self.workshop.seats is not None
        return organisation_has_seat_for(entry.participant)

    def offer_ends_at(self, now: datetime) -> datetime:
        """Return the end of an offer made now: the first day's beginning at the latest."""
        begins = datetime.combine(self.workshop.starts_on, time(), tzinfo=self.workshop.zone)
        return min(super().offer_ends_at(now), begins)

    def notify(self, entry: WaitingListEntry, news: News) -> None:
        participant = entry.participant
        participant.workshop = self.workshop
        kind = {"seat_offered": SeatOffered, "offer_ended": OfferEnded}[news]
        until = entry.offer_until(self.workshop.zone)
        notify(kind(participant=participant, ends_at=until))


def organisation_has_seat_for(participant: Participant) -> bool:
    """Return whether the participant's organisation has a seat that is nobody else's.

    A seat that is offered to somebody of it is theirs. The workshop is locked.
    """
    organisation = participant.organisation
    if organisation is None or organisation.seats is None:
        return True
    offers_to_it = WaitingListEntry.objects.offered().filter(participant__organisation=organisation)
    confirmed = organisation.participants.confirmed()
    held = confirmed.exclude(pk=participant.pk).count()
    return held + offers_to_it.exclude(participant=participant).count() < organisation.seats


def holds_seat(participant: Participant) -> bool:
    """Return whether a seat is theirs: they are confirmed, or one is offered to them."""
    entries = WaitingListEntry.objects.filter(participant=participant)
    return participant.is_confirmed or entries.offered().exists()


def entry_of(participant: Participant) -> WaitingListEntry | None:
    """Return the participant's entry in the line: the last, where there were several."""
    return WaitingListEntry.objects.filter(participant=participant).in_line().last()


# What a decision means for the line.
FOLLOWED_BY: dict[str, Callable[..., object]] = {
    Status.WAITING: offers.join,
    Status.CONFIRMED: offers.settle,
    Status.DECLINED: offers.leave,
    Status.CANCELLED: offers.leave,
}


def follow(participant: Participant) -> None:
    """Let the line follow the status that `participant` was just moved to.

    Who no longer comes leaves it, and what they had goes to the next, in this transaction.
    """
    act = FOLLOWED_BY[participant.status]
    act(pool=WorkshopPool(participant.workshop), participant=participant)
