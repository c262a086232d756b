"""The agenda as days of parallel columns: where each entry stands, worked out before it is drawn.

Sessions that overlap, directly or through others, form a block. A block has as many columns as
sessions run at once in it, and a row for every moment at which one begins or ends.
"""

from collections.abc import Iterable
from datetime import date
from html import escape

from django.urls import reverse
from django.utils import formats
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.access import Entry, Teaser
from agenda.models import Day
from foundation.series.models import Workshop

# As far as the style sheet's classes reach; a block beyond it is a plain list.
MOST_COLUMNS = 8
MOST_ROWS = 24
CLOCK = slice(11, 16)  # the hours and minutes of a moment in ISO 8601


def days_of(workshop: Workshop, days: Iterable[Day], entries: list[Teaser | Entry]) -> list[dict]:
    """Every date of the workshop with what is known of it: its label, its Day, its blocks."""
    known = {day.on: day for day in days}
    base = reverse("agenda:agenda", args=[workshop.slug])
    by_date: dict[date, list] = {on: [] for on in workshop.dates}
    for entry in entries:
        by_date.setdefault(entry.starts_at.date(), []).append(entry)
    return [
        {
            "iso": on.isoformat(),
            "short": formats.date_format(on, "D j M"),
            "label": formats.date_format(on, "l j F"),
            "day": known.get(on),
            "blocks": [_block(group, base) for group in _overlapping(found)],
        }
        for on, found in by_date.items()
    ]


def _overlapping(entries: list) -> Iterable[list]:
    """Split entries, in order of their start, into runs between which nothing goes on."""
    run, ends_at = [], None
    for entry in entries:
        if run and entry.starts_at >= ends_at:
            yield run
            run, ends_at = [], None
        run.append(entry)
        ends_at = max(ends_at or entry.ends_at, entry.ends_at)
    if run:
        yield run


def _block(entries: list, base: str) -> dict:
    columns, count = _columns(entries)
    moments = sorted({moment for entry in entries for moment in (entry.starts_at, entry.ends_at)})
    row_of = {moment: row for row, moment in enumerate(moments, start=1)}
    fits = count <= MOST_COLUMNS and len(moments) <= MOST_ROWS
    cards = []
    for entry, column in zip(entries, columns, strict=True):
        first, last = row_of[entry.starts_at], row_of[entry.ends_at]
        place = f" c{column} r{first} s{last - first}" if fits else ""
        cards.append(card(entry, base, place))
    return {"columns": count if fits else 3, "cards": mark_safe("".join(cards))}  # noqa: S308


def _columns(entries: list) -> tuple[list[int], int]:
    """For each entry the first column free at its start, from 1; and how many there are."""
    ends, columns = [], []
    for entry in entries:
        free = (column for column, ends_at in enumerate(ends) if ends_at <= entry.starts_at)
        column = next(free, len(ends))
        ends[column : column + 1] = [entry.ends_at]
        columns.append(column + 1)
    return columns, len(ends)


# Drawn here and not by the template, whose tags would take longer than all the rest of the page.
CARD = """\
<li class="entry{place}">
<p class="entry-time"><time datetime="{starts}">{starts_clock}</time>–\
<time datetime="{ends}">{ends_clock}</time></p>
<h3><a href="{base}{slug}/">{title}</a></h3>
{facts}{places}</li>
"""
FACTS = "<p>{}</p>"
PLACES = '<p class="places">{}</p>'
LOCK = '<p class="lock"><span class="visually-hidden">{}</span> {}</p>'


def card(entry: Teaser | Entry, base: str, place: str = "") -> str:
    """One entry's card as safe HTML: what people typed is escaped here.

    base: the agenda's address; place: the classes that put the card where it stands.
    """
    starts, ends = (at.isoformat(timespec="minutes") for at in (entry.starts_at, entry.ends_at))
    if entry.is_visible:
        facts = FACTS.format(
            escape(" · ".join(filter(None, (entry.kind, entry.track, entry.room))))
        )
        places = places_of(entry)
        place += " mine" if entry.mine else ""
    else:
        facts, places = LOCK.format(escape(_("Locked.")), escape(entry.audience)), ""
        place += " locked"
    return CARD.format(
        place=place,
        starts=starts,
        starts_clock=starts[CLOCK],
        ends=ends,
        ends_clock=ends[CLOCK],
        base=base,
        slug=entry.slug,
        title=escape(entry.title),
        facts=facts,
        places=PLACES.format(escape(places)) if places else "",
    )


def places_of(entry: Entry) -> str:
    """How many of a session's limited places are left, or that one is the viewer's."""
    if entry.mine:
        return _("You have a place")
    if entry.seats is None:
        return ""
    if not entry.seats_left:
        return _("Full")
    return ngettext("%(count)s place left", "%(count)s places left", entry.seats_left) % {
        "count": entry.seats_left
    }
