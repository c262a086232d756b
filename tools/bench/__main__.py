"""`python -m bench [--seconds 5]`: measure the production server's speed, and say it in a table."""

import argparse
import os
import secrets
import signal
import sys
import tempfile

from tools.bench.database import own_database
from tools.bench.load import LoadFailed, missing_wrk
from tools.bench.table import Row, table, troubles

HOSTS = 8
NOTE = """
Two workers, {seconds:g} s a row, no page cached. The floor is a bare view with one SELECT and no
middleware. “of floor”: requests/s as a part of the floor's, the figure that counts; processor time
for each request stands beside it. Aim: agenda, session, me/ and café 1/10, a reservation 1/20.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=5, help="of load for each row (5)")
    seconds = arguments.parse_args().seconds
    if sentence := missing_wrk():
        print(sentence, file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as static, own_database() as database:
            url, process = database
            return _run(_environment(url, static), process, seconds)
    except KeyboardInterrupt:
        return 130
    except LoadFailed as failed:
        print(failed, file=sys.stderr)
        return 1


def _environment(url: str, static: str) -> dict[str, str]:
    """Production's settings, but for HTTPS, which the load generator can do without."""
    return {
        "ALLOWED_HOSTS": "127.0.0.1",
        "BENCH_STATIC_ROOT": static,
        "CACHE_URL": "",
        "CSRF_TRUSTED_ORIGINS": "",
        "DATABASE_URL": url,
        "DEBUG": "off",
        "EMAIL_URL": "smtp://127.0.0.1:25",  # nothing is delivered: no worker runs
        "HTTPS": "off",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SITE_URL": "http://127.0.0.1",
        # So that the load can come from many networks, and the site's own limits stay as they are.
        "TRUSTED_PROXIES": "1",
    }


def _run(environment: dict[str, str], database: int | None, seconds: float) -> int:
    os.environ.update(environment, DJANGO_SETTINGS_MODULE="tools.bench.settings")
    import django

    django.setup()
    from tools.bench.rows import measured, prepared

    print("Preparing a workshop with 60 sessions, 500 participants, 24 tables …", flush=True)
    world = prepared(HOSTS)
    return say(*measured(world, environment, database, seconds), seconds)


def say(floor: Row, rows: list[Row], seconds: float) -> int:
    """Print the table; 1 where a row is missing or wrong, with what is wrong below it."""
    print(f"\n{table(rows, floor)}\n{NOTE.format(seconds=seconds)}", end="")
    wrong = troubles([floor, *rows])
    if wrong:
        print("\n*** ERRORS: these figures are not to be believed ***", *wrong, sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
