"""`python -m tools.production`: run the site for real, break it on the way, and bring it back."""

import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from foundation.mail.tests.mail_server import MailServer
from tools.production import checks
from tools.production.machine import Machine, free_port, missing_packages
from tools.production.story import OPERATOR, WORKSHOP, Story

BEGAN = time.monotonic()


def say(words: str) -> None:
    print(f"{time.monotonic() - BEGAN:4.0f} s  {words}", flush=True)


def at_once(*jobs: Callable[[], object]) -> None:
    """Do all of these side by side; what fails first ends the run when all have ended."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        for job in [pool.submit(job) for job in jobs]:
            job.result()


def make_tables(machine: Machine) -> None:
    machine.make_database()
    machine.manage("migrate", "--verbosity", "0")


def prepare(machine: Machine) -> None:
    """Follow the README as far as the servers' start."""
    manage = partial(partial, machine.manage)
    say("database.sql and migrate; check --deploy, collectstatic")
    at_once(
        partial(make_tables, machine),
        manage("check", "--deploy", "--fail-level", "WARNING"),
        manage("collectstatic", "--noinput", "--verbosity", "0"),
    )
    say("createcachetable, createsuperuser, load_workshop; Redis, pgbouncer, nginx")
    soonest = date.today() + timedelta(weeks=10)
    monday = soonest + timedelta(days=-soonest.weekday() % 7)
    password = secrets.token_urlsafe(20)
    at_once(
        machine.start_around,
        manage("createcachetable"),
        manage("createsuperuser", "--noinput", "--email", OPERATOR,
               DJANGO_SUPERUSER_PASSWORD=password),
        manage("load_workshop", "examples/bangkok-2024.yaml", "--starts-on", str(monday)),
    )  # fmt: skip


def run(machine: Machine, mail: MailServer) -> tuple[Story, str]:
    """Tell the story with two servers and two workers, and with one of each after the kill."""
    say("two web servers, two workers")
    machine.start_site(1, 2)
    checks.watch(machine)
    story = Story(machine, mail)
    say("somebody registers by form and link")
    token = story.mara_registers()
    say("kill -9: a web server and a worker; an organiser is appointed, and confirms her")
    machine.kill("web-1")
    machine.kill("worker-1")
    story.link_is_used_again(token)
    story.operator_appoints_an_organiser()
    story.organiser_confirms_mara()
    say("she signs in by code, takes a seat, reserves a table")
    story.mara_signs_in()
    story.mara_takes_a_seat()
    story.mara_reserves_a_table()
    return story, checks.led_to_https(machine, f"{WORKSHOP}/register/verify/{token}/")


def restore(old: Machine, new: Machine) -> None:
    """Dump the database, lose the machine, and bring the site up on another one."""
    dump = str(old.folder / "workshop.dump")
    at_once(
        lambda: old.run("pg_dump", "-Fc", "--no-owner", "-f", dump, old.database_url("postgres")),
        new.make_database,
    )
    old.end()
    new.run("pg_restore", "--no-owner", "--exit-on-error",
            "-d", new.database_url("postgres"), dump)  # fmt: skip
    new.environment["VAR_DIR"] = old.environment["VAR_DIR"]
    new.start_around()
    new.start_site(1)


def try_all(machines: tuple[Machine, Machine], mail: MailServer) -> None:
    first, second = machines
    prepare(first)
    story, https = run(first, mail)
    say("pg_dump, a fresh machine, pg_restore; the story goes on")
    restore(first, second)
    story.goes_on_at(second)
    files = checks.count_kept_static_files(story.mara)
    for each in machines:
        each.end()
    score, pages = checks.grade(story.people, https)
    logs = checks.refuse_secrets_in_logs(machines, story.secrets())
    say(
        f"well: {pages} pages at {score} points of the HTTP Observatory (A+ from 100), {files} "
        f"static files kept for a year, {len(mail.mails)} mails, no secret in {logs} logs"
    )


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Told to stop."))  # what was started is ended
    if missing := missing_packages():
        print(f"This needs Debian's {' '.join(missing)}: install them, as root.", file=sys.stderr)
        return 1
    secret, port = secrets.token_urlsafe(50), free_port()
    with tempfile.TemporaryDirectory(prefix="production-") as name, MailServer(port) as mail:
        Path(name).chmod(0o755)
        machines = (
            Machine(Path(name, "first"), secret, port),
            Machine(Path(name, "second"), secret, port),
        )
        try:
            try_all(machines, mail)
        except SystemExit:
            print("\n".join(each.last_lines() for each in machines), file=sys.stderr)
            raise
        finally:
            for each in machines:
                each.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
