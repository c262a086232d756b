"""The figures of a row, and the table that they are printed in."""

from dataclasses import dataclass, field

from tools.bench.load import Run

HEADINGS = [
    "page", "requests/s", "median ms", "95% ms", "of floor", "aim", "CPU ms: workers", "database",
    "queries", "bytes", "as sent",
]  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One page. aim: the part of the floor's requests/s that it should reach, where one is set.

    trouble: why there are no figures, or what is wrong with them.
    """

    name: str
    run: Run | None = None
    aim: float | None = None
    workers: float | None = None
    database: float | None = None
    queries: int | None = None
    size: int | None = None
    sent: int | None = None
    trouble: list[str] = field(default_factory=list)
    is_missing: bool = False


def per_request(before: float | None, after: float | None, requests: int) -> float | None:
    """Return the milliseconds of processor time a request; None where they can't be known."""
    if before is None or after is None or not requests:
        return None
    return (after - before) * 1000 / requests


def of_floor(row: Row, floor: Row) -> float | None:
    if row.run is None or floor.run is None or not floor.run.requests:
        return None
    return row.run.per_second / floor.run.per_second


def aim_in_words(row: Row, share: float | None) -> str:
    if row.aim is None or share is None:
        return ""
    return f"{part(row.aim)} {'reached' if share >= row.aim else 'MISSED'}"


def part(share: float | None) -> str:
    """Write a part as people say it: 1/12."""
    return "" if not share else "1" if share >= 0.995 else f"1/{1 / share:.{share > 0.2:d}f}"


def cells(row: Row, floor: Row) -> list[str]:
    if row.run is None:
        return [row.name, "missing" if row.is_missing else "failed"]
    share = of_floor(row, floor)
    return [
        row.name,
        f"{row.run.per_second:,.0f}",
        f"{row.run.median:.1f}",
        f"{row.run.p95:.1f}",
        part(share),
        aim_in_words(row, share),
        _known(row.workers, ".2f"),
        _known(row.database, ".2f"),
        _known(row.queries, "d", otherwise=""),
        _known(row.size, ",d", otherwise=""),
        _known(row.sent, ",d", otherwise=""),
    ]


def _known(value: float | None, form: str, otherwise: str = "unknown") -> str:
    return otherwise if value is None else format(value, form)


def table(rows: list[Row], floor: Row) -> str:
    """Write all rows in columns: the name to the left, figures to the right."""
    lines = [HEADINGS, *(cells(row, floor) for row in [floor, *rows])]
    lines = [[*line, *[""] * (len(HEADINGS) - len(line))] for line in lines]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS))]
    drawn = []
    for line in lines:
        first, *others = (cell.ljust(widths[n]) if n == 0 else cell.rjust(widths[n])
                          for n, cell in enumerate(line))  # fmt: skip
        drawn.append("  ".join([first, *others]).rstrip())
    drawn.insert(1, "-" * max(map(len, drawn)))
    return "\n".join(drawn)


def troubles(rows: list[Row]) -> list[str]:
    """Return what is wrong, row by row; a row that is missing is wrong, too."""
    missing = [f"{row.name}: the site has no such address" for row in rows if row.is_missing]
    return missing + [f"{row.name}: {sentence}" for row in rows for sentence in row.trouble]
