"""`python -m tools.production`: run the site for real, break it on the way, and bring it back."""

import re
import secrets
import signal
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from foundation.mail.tests.mail_server import MailServer, free_port
from tools.production.machine import Machine, missing_packages
from tools.production.visitor import Visitor

OPERATOR = "operator@example.org"
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'",
}


def say(words: str) -> None:
    print(f"  {words}", flush=True)


def prepared(machine: Machine) -> None:
    say("database, and the role of deploy/database.sql")
    machine.make_database()
    say("check --deploy, migrate, createcachetable, collectstatic")
    machine.manage("check", "--deploy", "--fail-level", "WARNING")
    machine.manage("migrate", "--verbosity", "0")
    machine.manage("createcachetable")
    machine.manage("collectstatic", "--noinput", "--verbosity", "0")
    say("the first operator, and the workshop from its file")
    machine.manage("createsuperuser", "--noinput", "--email", OPERATOR,
                   DJANGO_SUPERUSER_PASSWORD=secrets.token_urlsafe(20))  # fmt: skip
    soonest = date.today() + timedelta(weeks=10)
    monday = soonest + timedelta(days=-soonest.weekday() % 7)
    machine.manage("load_workshop", "examples/bangkok-2024.yaml", "--starts-on", str(monday))


def code_for(mail: MailServer, count: int) -> str:
    """Wait for the mail after the first `count`, and return its sign-in code."""
    until = time.monotonic() + 30
    while len(mail.mails) <= count:
        if time.monotonic() > until:
            raise SystemExit("No worker delivered the code.")
        time.sleep(0.1)
    body = mail.mails[-1].get_body(("plain",))
    found = re.search(
        r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", body.get_content() if body else "", re.M
    )
    if not found:
        raise SystemExit("The mail has no code.")
    return found[1]


def signed_in(machine: Machine, mail: MailServer) -> tuple[Visitor, str]:
    visitor = Visitor(machine.ports["https"], f"{machine.folder}/cert.pem")
    page = visitor.goes_to("/accounts/login/code/")
    before = len(mail.mails)
    page = visitor.sends("/accounts/login/code/", page, email=OPERATOR)
    code = code_for(mail, before)
    visitor.sends("/accounts/login/code/confirm/", page, code=code)
    return visitor, code


def looked_at(machine: Machine) -> None:
    """Pages with choices from the database, again and again, through the pooler and the proxy."""
    visitor = Visitor(machine.ports["https"], f"{machine.folder}/cert.pem")
    for _n in range(6):
        for path in ("/bangkok-2024/", "/bangkok-2024/agenda/", "/bangkok-2024/register/"):
            visitor.goes_to(path)
            wrong = [name for name, part in HEADERS.items() if part not in visitor.headers[name]]
            if wrong:
                raise SystemExit(f"{path}: {wrong}")


def secrets_in_logs(machine: Machine, codes: list[str]) -> list[str]:
    words = [OPERATOR, machine.password, machine.environment["SECRET_KEY"], *codes]
    return [
        f"{log.name}: {word}"
        for log in machine.folder.glob("*.log")
        for word in words
        if word in log.read_text(errors="replace")
    ]


def story(folder: Path) -> int:
    began = time.monotonic()
    secret = secrets.token_urlsafe(50)
    port = free_port()
    with MailServer(port) as mail:
        first = Machine(folder / "first", secret, port)
        second = Machine(folder / "second", secret, port)
        try:
            prepared(first)
            say("Redis, pgbouncer, nginx; two web servers, two workers")
            first.start_around()
            first.start_site(1)
            first.start_site(2)
            looked_at(first)
            _visitor, code = signed_in(first, mail)
            say("kill -9: a web server and a worker; the story goes on")
            first.kill("web-1")
            first.kill("worker-1")
            looked_at(first)
            visitor, other = signed_in(first, mail)
            visitor.goes_to("/readyz")
            say("pg_dump, a fresh machine, pg_restore")
            dump = str(first.folder / "workshop.dump")
            first.run("pg_dump", "-Fc", "--no-owner", "-f", dump, first.database_url("postgres"))
            second.make_database()
            second.run("pg_restore", "--no-owner", "--exit-on-error", "-d",
                       second.database_url("postgres"), dump)  # fmt: skip
            second.environment["VAR_DIR"] = first.environment["VAR_DIR"]
            second.start_around()
            second.start_site(1)
            visitor.port, visitor.certificate = second.ports["https"], f"{second.folder}/cert.pem"
            if "/accounts/logout/" not in visitor.goes_to("/bangkok-2024/"):
                raise SystemExit("Whoever was signed in no longer is.")
            _visitor, third = signed_in(second, mail)
        finally:
            first.end()
            second.end()
        found = [*secrets_in_logs(first, [code, other]), *secrets_in_logs(second, [third])]
    if found:
        raise SystemExit(f"Secrets in logs: {found}")
    print(f"Well: {len(mail.mails)} mails, 0 secrets in logs, {time.monotonic() - began:.0f} s.")
    return 0


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    if missing := missing_packages():
        print(f"This needs Debian's {' '.join(missing)}: install them, as root.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="production-") as folder:
        Path(folder).chmod(0o755)
        return story(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
