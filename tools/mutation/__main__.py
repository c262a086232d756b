"""`python -m tools.mutation [paths]`: change the rules one by one, and see whether a test notices.

Works on a copy in var/mutation, with a database of its own.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.bench.database import VAR_DIR, beside, execute, url_of
from tools.embedded_postgresql.server import DATABASE, EmbeddedServer
from tools.mutation import plan, score
from tools.mutation.copying import copy

FOLDER = VAR_DIR / "mutation"
NAME = "workshop_mutation"
WANTED = 90  # of a hundred mutants
RUNS = 9  # more than mutmut makes of the tests in one process; see _drop


def main() -> int:
    """Run the mutants, print what became of them; 1 where too many survive."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("paths", nargs="*", help="files or folders to mutate (all that are listed)")
    mutated = plan.files(parser.parse_args().paths)
    if not mutated:
        print("None of these is among the files to mutate: see tools/mutation/plan.py.")
        return 1
    copy(VAR_DIR.parent, FOLDER, mutated)
    with _database() as url:
        broke_off = _run_mutmut(url)
    rows = score.scores(FOLDER, mutated)
    print(f"{score.table(rows)}\n{score.percent(rows):.1f}% killed; {WANTED}% wanted.")
    return 1 if broke_off or score.percent(rows) < WANTED else 0


def _run_mutmut(url: str) -> int:
    """One mutant at a time: they share the database."""
    command = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", "1"]
    environment = os.environ | {"DATABASE_URL": url}
    return subprocess.run(command, cwd=FOLDER, env=environment).returncode  # noqa: S603


@contextmanager
def _database() -> Iterator[str]:
    """The DATABASE_URL whose test database is ours alone, made by the tests and dropped here."""
    server = EmbeddedServer(VAR_DIR / "postgres", os.environ.get("POSTGRESQL_BIN_DIR", ""))
    was_running = server.is_alive()
    given = os.environ.get("DATABASE_URL", "") or url_of(server.ensure(), DATABASE)
    _drop(given)
    try:
        yield beside(given, NAME)
    finally:
        _drop(given)
        if not was_running:
            server.stop()


def _drop(url: str) -> None:
    """Drop what the tests made: each run of them puts another "test_" before the name."""
    for runs in range(1, RUNS):
        execute(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", "test_" * runs + NAME)


if __name__ == "__main__":
    sys.exit(main())
