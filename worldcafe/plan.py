"""A café as a floor plan and as a list: what is drawn for each table, worked out in Python.

Drawn here and not by templates, whose tags would take longer than all the rest of the page. What
people typed is escaped here.
"""

from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from worldcafe.access import Place
from worldcafe.models import Cafe

# The plan is 100 wide and 75 deep; tables keep so far from its walls that nothing is cut off.
INSET, WIDTH, DEPTH = 9, 82, 56
COLUMNS = 4

SHAPES = {
    "free": '<circle class="shape" cx="{x}" cy="{y}" r="5.5"/>',
    "reserved": '<rect class="shape" x="{left}" y="{top}" width="10" height="10" rx="1.5"/>',
    "mine": (
        '<circle class="ring" cx="{x}" cy="{y}" r="7"/>'
        '<circle class="shape" cx="{x}" cy="{y}" r="5.5"/>'
    ),
}
SPOT = (
    '<a class="spot {state}" href="{url}" aria-label="{name}">{shape}'
    '<text x="{x}" y="{y}" dy="0.36em">{number}</text>{word}</a>\n'
)
WORD = '<text class="word" x="{x}" y="{below}">{word}</text>'
ROW = (
    '<li class="{state}"><p class="table-name"><a href="{url}">{table}</a> '
    '<span class="state">{word}</span></p>{practice}{facts}</li>\n'
)


def plan_of(cafe: Cafe, places: list[Place]) -> dict:
    """What the page shows of a café's tables: the drawing, the list, and the count in words."""
    base = f"{reverse('worldcafe:cafes', args=[cafe.session.workshop.slug])}{cafe.session.slug}/"
    spots = _spots(places)
    drawn = (_spot(place, base, *spot) for place, spot in zip(places, spots, strict=True))
    free = sum(place.state == "free" for place in places)
    return {
        "drawing": _safe("".join(drawn)),
        "rows": _safe("".join(_row(place, base) for place in places)),
        "total": len(places),
        "free": free,
        "count": ngettext(
            "%(free)s of %(total)s table is free.",
            "%(free)s of %(total)s tables are free.",
            len(places),
        )
        % {"free": free, "total": len(places)},
    }


def state_in_words(state: str) -> str:
    return {"free": _("free"), "reserved": _("reserved"), "mine": _("yours")}[state]


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 - every text in it was escaped below


def _spots(places: list[Place]) -> list[tuple[float, float]]:
    """Where each table's middle is drawn: as placed; in rows where two were put on one spot."""
    spots = [(place.x, place.y) for place in places]
    if len(set(spots)) < len(spots):
        rows = -(-len(spots) // COLUMNS)
        spots = [
            ((n % COLUMNS + 0.5) * 100 / COLUMNS, (n // COLUMNS + 0.5) * 100 / rows)
            for n in range(len(spots))
        ]
    return [(INSET + x * WIDTH / 100, INSET + y * DEPTH / 100) for x, y in spots]


def _spot(place: Place, base: str, x: float, y: float) -> str:
    at = {"x": f"{x:g}", "y": f"{y:g}", "left": f"{x - 5:g}", "top": f"{y - 5:g}"}
    word = "" if place.state == "reserved" else state_in_words(place.state)
    return SPOT.format(
        state=place.state,
        url=f"{base}{place.number}/",
        name=escape(_name(place)),
        shape=SHAPES[place.state].format(**at),
        number=place.number,
        word=WORD.format(word=escape(word), below=f"{y + 10.5:g}", **at) if word else "",
        **at,
    )


def _name(place: Place) -> str:
    """E.g. “Table 5, free” or “Table 5, reserved: Street theatre”."""
    name = f"{_table(place)}, {state_in_words(place.state)}"
    return f"{name}: {place.practice}" if place.practice else name


def _table(place: Place) -> str:
    return _("Table %(number)s") % {"number": place.number}


def _row(place: Place, base: str) -> str:
    facts = (countries.name(place.country), place.host, place.organisation, place.note)
    shown = " · ".join(f"<bdi>{escape(str(fact))}</bdi>" for fact in facts if fact)
    return ROW.format(
        state=place.state,
        url=f"{base}{place.number}/",
        table=escape(_table(place)),
        word=escape(state_in_words(place.state)),
        practice=f"<p><bdi>{escape(place.practice)}</bdi></p>" if place.practice else "",
        facts=f'<p class="text-secondary">{shown}</p>' if shown else "",
    )
