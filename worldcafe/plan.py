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
    "free": '<circle class="shape" cx="{x}" cy="{y}" r="6.4"/>',
    "reserved": '<rect class="shape" x="{left}" y="{top}" width="11" height="11" rx="1.5"/>',
    "mine": (
        '<circle class="ring" cx="{x}" cy="{y}" r="7.6"/>'
        '<circle class="shape" cx="{x}" cy="{y}" r="6.4"/>'
    ),
}
SPOT = (
    '<a class="spot {state}" href="{url}" aria-label="{name}">{shape}'
    '<text x="{x}" y="{line}">{number}</text>{word}</a>\n'
)
WORD = '<text class="word" x="{x}" y="{below}">{word}</text>'
ROW = (
    '<li class="{state}"><p class="table-name"><a href="{url}">{table}</a> '
    '<span class="state">{word}</span></p>{practice}{facts}</li>\n'
)


def plan_of(cafe: Cafe, places: list[Place]) -> dict:
    """What the page shows of a café's tables: the drawing, the list, and the count in words."""
    base = f"{reverse('worldcafe:cafes', args=[cafe.session.workshop.slug])}{cafe.session.slug}/"
    words = {state: state_in_words(state) for state in SHAPES} | {"table": _("Table %(number)s")}
    drawn = zip(places, _spots(places), strict=True)
    free = sum(place.state == "free" for place in places)
    count = ngettext(
        "%(free)s of %(total)s table is free.",
        "%(free)s of %(total)s tables are free.",
        len(places),
    )
    return {
        "drawing": _safe("".join(_spot(place, base, words, *spot) for place, spot in drawn)),
        "rows": _safe("".join(_row(place, base, words) for place in places)),
        "total": len(places),
        "count": count % {"free": free, "total": len(places)},
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


def _spot(place: Place, base: str, words: dict, x: float, y: float) -> str:
    word = "" if place.state == "reserved" else words[place.state]
    at = {"x": f"{x:g}", "y": f"{y:g}", "left": f"{x - 5.5:g}", "top": f"{y - 5.5:g}"}
    at |= {"line": f"{y + (0.4 if word else 1.7):g}", "below": f"{y + 4:g}"}
    return SPOT.format(
        state=place.state,
        url=f"{base}{place.number}/",
        name=escape(_name(place, words)),
        shape=SHAPES[place.state].format(**at),
        number=place.number,
        word=WORD.format(word=escape(word), **at) if word else "",
        **at,
    )


def _name(place: Place, words: dict) -> str:
    """E.g. “Table 5, free” or “Table 5, reserved: Street theatre”."""
    name = f"{words['table'] % {'number': place.number}}, {words[place.state]}"
    return f"{name}: {place.practice}" if place.practice else name


def _row(place: Place, base: str, words: dict) -> str:
    country = countries.name(place.country) if place.country else ""
    facts = (country, place.host, place.organisation, place.note)
    shown = " · ".join(f"<bdi>{escape(str(fact))}</bdi>" for fact in facts if fact)
    return ROW.format(
        state=place.state,
        url=f"{base}{place.number}/",
        table=escape(words["table"] % {"number": place.number}),
        word=escape(words[place.state]),
        practice=f"<p><bdi>{escape(place.practice)}</bdi></p>" if place.practice else "",
        facts=f'<p class="text-secondary">{shown}</p>' if shown else "",
    )
