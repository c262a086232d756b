"""Something with a number of seats, and one line of people who wait for one."""

import math
from abc import ABC, abstractmethod
from datetime import datetime
from typing import Generic, Literal, TypeVar

from django.conf import settings
from django.db.models import Model

from foundation.offers.models import E, EntryQuerySet

P = TypeVar("P", bound=Model)
News = Literal["seat_offered", "offer_ended"]


class Pool(ABC, Generic[E, P]):
    """What a workshop, a session or a café tells the waiting list about its seats.

    A seat that is offered counts as taken, for all who ask `free`.
    """

    @abstractmethod
    def lock(self) -> None:
        """Lock the one row that owns the count, and read it as it stands now."""

    @abstractmethod
    def seats(self) -> int | None:
        """Return how many seats there are; None: no limit."""

    @abstractmethod
    def taken(self) -> int:
        """Return how many people have a seat, without those whom one is only offered to."""

    @abstractmethod
    def entries(self) -> EntryQuerySet[E]:
        """Return the line: every entry of this pool, open or over."""

    @abstractmethod
    def new_entry(self, participant: P) -> E:
        """Return an entry of `participant` in this line, not saved yet."""

    @abstractmethod
    def notify(self, entry: E, news: News) -> None:
        """Tell whoever `entry` is of, in this transaction, what became of it."""

    def may_take(self, entry: E) -> bool:
        """Return whether a free seat is for this one, too. Others further on are asked next."""
        return True

    def offer_ends_at(self, now: datetime) -> datetime:
        """Return until when a seat offered now is kept; not after `now`: nothing is offered."""
        ends_at: datetime = now + settings.OFFER_GOOD_FOR
        return ends_at

    def free(self, *, besides: P | None = None) -> float:
        """Return how many seats are neither taken nor offered; infinity where there is no limit.

        besides: a participant whose own offer leaves the seat free for them.
        """
        seats = self.seats()
        if seats is None:
            return math.inf
        return seats - self.taken() - self.offered(besides=besides)

    def offered(self, *, besides: P | None = None) -> int:
        """Return how many seats are kept by offers."""
        offers = self.entries().offered()
        return (offers.exclude(participant=besides) if besides else offers).count()
