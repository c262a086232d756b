"""Moments and times in words: one format everywhere, 24 hours, by the workshop's clock."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

DAY = "D j M Y"
CLOCK = "H:i"
GRACE = timedelta(hours=1)

T = TypeVar("T")
MOMENT = f"{DAY}, {CLOCK}"

# What people can mean; outside, a clock of another zone may have no such date.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def for_sent_form(ask: Callable[[datetime], T], at: datetime) -> T:
    """Return what `ask` says at a moment; where that is a no, what it said an hour before.

    A form that is sent within an hour of closing was opened in time: nobody loses what they typed.
    """
    answer = ask(at)
    return answer or ask(at - GRACE) or answer


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment with its zone, e.g. “Tue 9 Feb 2027, 11:00 (Asia/Bangkok)”."""
    return f"{date_format(at.astimezone(zone), MOMENT)} ({zone.key})"


def moment_here(at: datetime) -> str:
    """Return a moment by the clock of the page it stands on, e.g. “Tue 9 Feb 2027, 11:00”."""
    return date_format(localtime(at), MOMENT)


def day(at: datetime | date, zone: ZoneInfo) -> str:
    """Return the day it is in `zone` at a moment, or a date as it is, e.g. “Tue 9 Feb 2027”."""
    return date_format(at.astimezone(zone) if isinstance(at, datetime) else at, DAY)


def period(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Return from when to when something lasts, e.g. “Tue 9 Feb 2027, 11:00–12:30”."""
    ends = ends_at.astimezone(zone)
    return f"{date_format(starts_at.astimezone(zone), MOMENT)}–{date_format(ends, CLOCK)}"


def on_the_wall(clock: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clock on the wall of `zone` shows `clock`.

    In UTC, since moments of other zones never equal those that a clock shows twice or never.
    """
    return clock.replace(tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True)
class Move:
    """How everything of a workshop moves: by whole days, by the clock on the wall.

    read_by, written_by: the zones by whose clocks a moment was and will be known; the same one
    where no clock changes.
    """

    by: timedelta
    read_by: ZoneInfo
    written_by: ZoneInfo

    def __bool__(self) -> bool:
        return bool(self.by) or self.read_by != self.written_by

    def at(self, moment: datetime) -> datetime:
        """Return the moment that `moment` becomes."""
        if not self:
            return moment
        return on_the_wall(
            moment.astimezone(self.read_by).replace(tzinfo=None) + self.by, self.written_by
        )

    def span(self, opens_at: datetime, closes_at: datetime, now: datetime) -> list[datetime]:
        """Return what an opening and a closing become; what has passed keeps its day."""
        stays = self.without_days()
        return [(self if at > now else stays).at(at) for at in (opens_at, closes_at)]

    def without_days(self) -> "Move":
        """Return what only the clock changes."""
        return replace(self, by=timedelta(0))


def at_midnight(on: date) -> datetime:
    """Return the moment at which a date begins in UTC."""
    return datetime.combine(on, time(), tzinfo=UTC)


def validate_bounds(at: datetime | date) -> None:
    """Refuse a date or moment that nobody can mean."""
    on = at.date() if isinstance(at, datetime) else at
    if not EARLIEST <= on <= LATEST:
        raise ValidationError(_("Enter a date between 2000 and 2100."), code="out-of-bounds")
