"""A café as a floor plan and as a list: where each table stands, worked out before it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from foundation.core.drawn import drawn
from worldcafe.listing import TableShown
from worldcafe.models import Cafe

# The plan is 100 wide and 75 deep; tables keep so far from its walls that nothing is cut off.
INSET, WIDTH, DEPTH = 9, 82, 56
COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """A table on the floor plan. x, y: its middle, as numbers that no language writes its way."""

    workshop_slug: str
    cafe_slug: str
    table: TableShown
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Line:
    """A table in the list."""

    workshop_slug: str
    cafe_slug: str
    table: TableShown


@dataclass(frozen=True, slots=True)
class Plan:
    """What the page shows of a café's tables: the drawing, the list, and how many are free."""

    spots: list[SafeString]
    lines: list[SafeString]
    total: int
    free: int


def plan_of(cafe: Cafe, tables: Sequence[TableShown]) -> Plan:
    """Return the tables of `cafe` drawn on its floor plan, and as a list."""
    slugs = cafe.session.workshop.slug, cafe.session.slug
    spots = [
        Spot(*slugs, table, f"{x:g}", f"{y:g}")
        for table, (x, y) in zip(tables, _middles(tables), strict=True)
    ]
    return Plan(
        spots=[drawn("worldcafe/_spot.html", spot) for spot in spots],
        lines=[drawn("worldcafe/_line.html", Line(*slugs, table)) for table in tables],
        total=len(tables),
        free=sum(table.state == "free" for table in tables),
    )


def _middles(tables: Sequence[TableShown]) -> list[tuple[float, float]]:
    """Where each table's middle is drawn: as placed; in rows where two were put on one spot."""
    middles: list[tuple[float, float]] = [(table.x, table.y) for table in tables]
    if len(set(middles)) < len(middles):
        rows = -(-len(middles) // COLUMNS)
        middles = [
            ((n % COLUMNS + 0.5) * 100 / COLUMNS, (n // COLUMNS + 0.5) * 100 / rows)
            for n in range(len(middles))
        ]
    return [(INSET + x * WIDTH / 100, INSET + y * DEPTH / 100) for x, y in middles]
