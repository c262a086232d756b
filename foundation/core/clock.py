"""Moments and times in words: one format everywhere, 24 hours, by the workshop's clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

DAY = "D j M Y"
CLOCK = "H:i"
MOMENT = f"{DAY}, {CLOCK}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment with its zone, e.g. “Tue 9 Feb 2027, 11:00 (Asia/Bangkok)”."""
    return f"{date_format(at.astimezone(zone), MOMENT)} ({zone.key})"


def day(at: datetime | date, zone: ZoneInfo) -> str:
    """Return the day it is in `zone` at a moment, or a date as it is, e.g. “Tue 9 Feb 2027”."""
    return date_format(at.astimezone(zone) if isinstance(at, datetime) else at, DAY)


def period(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Return from when to when something lasts, e.g. “Tue 9 Feb 2027, 11:00–12:30”."""
    ends = ends_at.astimezone(zone)
    return f"{date_format(starts_at.astimezone(zone), MOMENT)}–{date_format(ends, CLOCK)}"
