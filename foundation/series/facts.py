"""When a workshop is, in words: its dates, how far off they are, the zone of its clock."""

from datetime import date, datetime, time

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.series.models import Workshop


def dates_in_words(workshop: Workshop) -> str:
    """Return the first and the last day; the month and the year once where they are the same."""
    first, last = workshop.starts_on, workshop.ends_on
    whole = date_format(last, "l j F Y")
    if first == last:
        return whole
    short = "l j F Y" if first.year != last.year else "l j F"
    if (first.year, first.month) == (last.year, last.month):
        short = "l j"
    return _("%(first)s to %(last)s") % {"first": date_format(first, short), "last": whole}


def how_far_off(workshop: Workshop, today: date) -> str:
    """Return how long until the workshop begins, which of its days it is, or that it is over."""
    days = (workshop.starts_on - today).days
    if days > 0:
        return ngettext("Begins tomorrow", "In %(days)s days", days) % {"days": days}
    if today > workshop.ends_on:
        return _("This workshop is over")
    return _("Today is day %(day)s of %(days)s") % {
        "day": 1 - days,
        "days": len(workshop.dates),
    }


def zone_in_words(workshop: Workshop) -> str:
    """Return the zone's name with its distance from UTC when the workshop begins."""
    noon = datetime.combine(workshop.starts_on, time(12), tzinfo=workshop.zone)
    offset = noon.strftime("%z")
    hours, minutes = int(offset[:3]), offset[3:]
    distance = f"{hours:+d}" + (f":{minutes}" if minutes != "00" else "")
    return f"{workshop.timezone} (UTC{distance})"
