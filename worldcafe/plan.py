"""A café as a floor plan and as a list: where each table stands, worked out before it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf

from django.utils.safestring import SafeString

from foundation.core.drawn import drawn
from worldcafe.listing import TableShown
from worldcafe.models import Cafe

# The plan is 100 wide and 75 deep, or deeper where many tables need it: they keep their size, for
# readers and thumbs. Tables keep so far from the walls that nothing is cut off.
INSET, WIDTH, DEPTH, FOOT = 9, 82, 56, 10
# What two tables need from middle to middle, across or down, one's own with its ring included.
APART = 15
COLUMNS, ROW = 4, DEPTH / 3


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
    """What the page shows of a café's tables: the drawing, the list, and how many are free.

    depth: of the drawing, 100 wide, as a number that no language writes its way.
    """

    spots: list[SafeString]
    lines: list[SafeString]
    depth: str
    is_deep: bool
    total: int
    free: int


def plan_of(cafe: Cafe, tables: Sequence[TableShown]) -> Plan:
    """Return the tables of `cafe` drawn on its floor plan, and as a list."""
    slugs = cafe.session.workshop.slug, cafe.session.slug
    middles, depth = _middles(tables)
    spots = [
        Spot(*slugs, table, f"{INSET + x * WIDTH / 100:g}", f"{INSET + y * depth / 100:g}")
        for table, (x, y) in zip(tables, middles, strict=True)
    ]
    return Plan(
        spots=[drawn("worldcafe/_spot.html", spot) for spot in spots],
        lines=[drawn("worldcafe/_line.html", Line(*slugs, table)) for table in tables],
        depth=f"{INSET + depth + FOOT:g}",
        is_deep=depth > DEPTH,
        total=len(tables),
        free=sum(table.state == "free" for table in tables),
    )


def _middles(tables: Sequence[TableShown]) -> tuple[list[tuple[float, float]], float]:
    """Where each table's middle is drawn, in hundredths, and how deep the room is for them.

    As placed, in a room deep enough that no two overlap; where that is deeper than rows of four
    would need, as where two were put on one spot, in those rows.
    """
    columns = min(COLUMNS, len(tables))
    rows = -(-len(tables) // COLUMNS)
    deepest = max(DEPTH, rows * ROW)
    depth = max(DEPTH, _depth_needed(tables))
    if depth <= deepest:
        return [(table.x, table.y) for table in tables], depth
    return [
        ((n % COLUMNS + 0.5) * 100 / columns, (n // COLUMNS + 0.5) * 100 / rows)
        for n in range(len(tables))
    ], deepest


def _depth_needed(tables: Sequence[TableShown]) -> float:
    """How deep the room must be that no two tables overlap; infinite for two side by side."""
    too_near_across = (
        abs(one.y - other.y)
        for one, other in combinations(tables, 2)
        if abs(one.x - other.x) * WIDTH / 100 < APART
    )
    nearest = min(too_near_across, default=100)
    return APART * 100 / nearest if nearest else inf
