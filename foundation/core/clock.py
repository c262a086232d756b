"""Moments and times in words: one format everywhere, 24 hours, by the workshop's clock."""

from collections.abc import Callable
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


def at_midnight(on: date) -> datetime:
    """Return the moment at which a date begins in UTC."""
    return datetime.combine(on, time(), tzinfo=UTC)


def validate_bounds(at: datetime | date) -> None:
    """Refuse a date or moment that nobody can mean."""
    on = at.date() if isinstance(at, datetime) else at
    if not EARLIEST <= on <= LATEST:
        raise ValidationError(_("Enter a date between 2000 and 2100."), code="out-of-bounds")
