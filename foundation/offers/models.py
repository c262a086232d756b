"""One person's entry in a line for a seat: the columns, and the rules that the database keeps.

Each app that has a waiting list derives its own model from `Entry`, with real foreign keys: one
named `participant`, and what the pool is found by, where the participant doesn't name that. It
adds `one_open_entry(…)` to the constraints.
"""

from datetime import datetime
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core import clock


class EntryState(models.TextChoices):
    """Waiting and offered stand in the line; the others are over."""

    WAITING = "waiting", _("waiting")
    OFFERED = "offered", _("seat offered")
    ACCEPTED = "accepted", _("seat taken")
    EXPIRED = "expired", _("offer ended")
    LEFT = "left", _("left")


OPEN = (EntryState.WAITING, EntryState.OFFERED)
HAS_NO_OFFER = Q(offered_at=None, offer_ends_at=None)
HAS_OFFER = Q(
    offered_at__isnull=False, offer_ends_at__isnull=False, offer_ends_at__gt=F("offered_at")
)

E = TypeVar("E", bound="Entry")


class EntryQuerySet(models.QuerySet[E]):
    def open(self) -> Self:
        """Return the entries that still stand in the line: no seat was taken, none let go."""
        return self.filter(state__in=OPEN)

    def waiting(self) -> Self:
        """Return the entries to which no seat is offered yet."""
        return self.filter(state=EntryState.WAITING)

    def offered(self) -> Self:
        """Return the entries that have an offer: each of them counts as a seat that is taken."""
        return self.filter(state=EntryState.OFFERED)

    def expired_at(self, now: datetime) -> Self:
        """Return the entries whose offer was not taken by its end."""
        return self.offered().filter(offer_ends_at__lte=now)

    def in_line(self) -> Self:
        """Return the entries in the order of the line: who joined first comes first."""
        return self.order_by("joined_at", "pk")


class Entry(models.Model):
    """A participant's entry in one line. Who joins again has a new one, at the end."""

    state = models.CharField(
        _("state"), max_length=10, choices=EntryState, default=EntryState.WAITING
    )
    joined_at = models.DateTimeField(_("in line since"), default=timezone.now)
    offered_at = models.DateTimeField(_("seat offered at"), null=True)
    offer_ends_at = models.DateTimeField(_("offer ends at"), null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_has_the_offer_of_its_state",
                violation_error_message=_(
                    "An offer has a beginning and an end; "
                    "only an entry with a seat offered has one."
                ),
                condition=Q(state=EntryState.WAITING) & HAS_NO_OFFER
                | Q(state__in=[EntryState.OFFERED, EntryState.EXPIRED]) & HAS_OFFER
                | Q(state__in=[EntryState.ACCEPTED, EntryState.LEFT]) & (HAS_NO_OFFER | HAS_OFFER),
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        """Tell whether it stands in line, and no seat is offered to it yet."""
        return self.state == EntryState.WAITING

    def is_good_at(self, now: datetime) -> bool:
        """Return whether a seat is offered, and can still be taken."""
        return (
            self.state == EntryState.OFFERED
            and self.offer_ends_at is not None
            and now < self.offer_ends_at
        )

    def offer_until(self, zone: ZoneInfo) -> str:
        """Return the end of the offer in words; "" where there never was one."""
        return clock.moment(self.offer_ends_at, zone) if self.offer_ends_at else ""


def one_open_entry(*fields: str) -> models.UniqueConstraint:
    """Return the constraint that nobody stands twice in one line.

    fields: the participant, and what names the pool where the participant doesn't.
    """
    name = "%(class)s_open_once"
    return models.UniqueConstraint(
        fields=fields,
        condition=Q(state__in=OPEN),
        name=name,
        violation_error_message=_("This person is on the waiting list already."),
    )
