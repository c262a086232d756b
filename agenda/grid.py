"""The agenda as days of parallel columns: where each entry stands, worked out before it is drawn.

Sessions that overlap, directly or through others, form a block. A block has as many columns as
sessions run at once in it, and a row for every moment at which one begins or ends.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats
from django.utils.safestring import SafeString

from agenda.listing import Entry, Teaser
from agenda.models import Day
from foundation.core.drawn import drawn
from foundation.series.models import Workshop

# As far as the style sheet's classes reach; a block beyond it is a plain list.
MOST_COLUMNS = 8
MOST_ROWS = 24


@dataclass(frozen=True, slots=True)
class Card:
    """An entry and where it stands. Beyond the style sheet's reach: in the list, at 0."""

    workshop_slug: str
    entry: Teaser | Entry
    column: int = 0
    row: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Sessions that overlap, drawn, with how many columns they need."""

    columns: int
    cards: list[SafeString]


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A date of the workshop. day: what the organisers tell of it, if they do."""

    iso: str
    short: str
    label: str
    day: Day | None
    blocks: list[Block]


def days_of(
    workshop: Workshop, days: Iterable[Day], entries: Iterable[Teaser | Entry]
) -> list[AgendaDay]:
    """Return every date of the workshop, and any other on which there is an entry."""
    known = {day.on: day for day in days}
    by_date: dict[date, list[Teaser | Entry]] = {on: [] for on in workshop.dates}
    for entry in entries:
        by_date.setdefault(entry.starts_at.date(), []).append(entry)
    return [
        AgendaDay(
            iso=on.isoformat(),
            short=formats.date_format(on, "D j M"),
            label=formats.date_format(on, "l j F"),
            day=known.get(on),
            blocks=[_block(workshop.slug, group) for group in _overlapping(found)],
        )
        for on, found in by_date.items()
    ]


def _overlapping(entries: Sequence[Teaser | Entry]) -> Iterator[list[Teaser | Entry]]:
    """Split entries, in order of their start, into runs between which nothing goes on."""
    run: list[Teaser | Entry] = []
    for entry in entries:
        if run and entry.starts_at >= max(each.ends_at for each in run):
            yield run
            run = []
        run.append(entry)
    if run:
        yield run


def _block(workshop_slug: str, entries: Sequence[Teaser | Entry]) -> Block:
    columns, count = _columns(entries)
    moments = sorted({moment for entry in entries for moment in (entry.starts_at, entry.ends_at)})
    row_of = {moment: row for row, moment in enumerate(moments, start=1)}
    if count > MOST_COLUMNS or len(moments) > MOST_ROWS:
        return Block(3, [_draw(Card(workshop_slug, entry)) for entry in entries])
    cards = []
    for entry, column in zip(entries, columns, strict=True):
        first, last = row_of[entry.starts_at], row_of[entry.ends_at]
        cards.append(_draw(Card(workshop_slug, entry, column, first, last - first)))
    return Block(count, cards)


def _columns(entries: Sequence[Teaser | Entry]) -> tuple[list[int], int]:
    """For each entry the first column free at its start, from 1; and how many there are."""
    ends: list[datetime] = []
    columns: list[int] = []
    for entry in entries:
        free = (column for column, ends_at in enumerate(ends) if ends_at <= entry.starts_at)
        column = next(free, len(ends))
        ends[column : column + 1] = [entry.ends_at]
        columns.append(column + 1)
    return columns, len(ends)


def _draw(card: Card) -> SafeString:
    return drawn("agenda/_card.html", card)
