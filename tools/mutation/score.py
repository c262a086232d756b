"""What became of the mutants, file by file."""

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from mutmut.stats import status_by_exit_code

NOTICED = ("killed", "timeout")


class Score(NamedTuple):
    """One file's mutants. unchecked: those mutmut came to no result on."""

    path: str
    mutants: int
    killed: int
    unchecked: int
    survivors: list[str]


def scores(folder: Path, mutated: list[str]) -> list[Score]:
    """Return what mutmut wrote down in `folder` about each of the `mutated` files."""
    return [
        score(path, json.loads(meta.read_text())["exit_code_by_key"])
        for path in mutated
        if (meta := folder / "mutants" / f"{path}.meta").exists()
    ]


def score(path: str, exit_codes: dict[str, int | None]) -> Score:
    """Count one file's mutants. A mutant that no test runs into survives, too."""
    told = {name: status_by_exit_code[code] for name, code in exit_codes.items()}
    many = Counter(told.values())
    survivors = [name for name, status in told.items() if status in ("survived", "no tests")]
    killed = sum(many[status] for status in NOTICED)
    return Score(path, len(told), killed, len(told) - killed - len(survivors), survivors)


def percent(rows: list[Score]) -> float:
    """Return how many of a hundred mutants a test noticed; one without a result counts as not."""
    mutants = sum(row.mutants for row in rows)
    return 100 * sum(row.killed for row in rows) / mutants if mutants else 0


def table(rows: list[Score]) -> str:
    """Return the figures as lines, a file each, with the mutants that survived below."""
    lines = [f"{'file':<44}{'mutants':>9}{'killed':>9}{'survived':>10}{'unchecked':>11}"]
    for row in rows:
        lines.append(
            f"{row.path:<44}{row.mutants:>9}{row.killed:>9}{len(row.survivors):>10}{row.unchecked:>11}"
        )
    return "\n".join([*lines, *(f"survived: {name}" for row in rows for name in row.survivors)])
