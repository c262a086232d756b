"""From an empty folder to a site with people in it; what is there already is left alone."""

import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from foundation.accounts.models import User
from foundation.core.refusals import Refused
from foundation.mail.deliver import deliver_codes, deliver_letters
from foundation.series.models import Workshop
from tools.demo.cast import ORGANISER
from tools.demo.people import create_missing
from tools.demo.running import DemoError
from workshop.workshop_file import Unreadable, load

SLUG = "bangkok-2024"
AHEAD = timedelta(weeks=10)
WELL_AHEAD = timedelta(weeks=4)  # registration and reservation are open until then


def prepare(say: Callable[[str], None], today: date | None = None) -> Workshop:
    """Make static files, tables, the workshop and its people; a second time costs next to nothing.

    Raises DemoError where the database belongs to a real site, writing nothing.
    """
    refuse_a_real_site()
    with static_files(say):
        migrate(say)
        call_command("createcachetable", verbosity=0)
        workshop = workshop_ahead(today or date.today())
        made = create_missing(workshop)
    if made:
        say("The demo’s people are there, and the mails they had so far in the mailbox.")
        with redirect_stdout(None):  # more than anybody would read in the terminal
            deliver_codes()
            deliver_letters()
    return workshop


def refuse_a_real_site() -> None:
    """Refuse a database with people in it and none of them the demo's: somebody's own."""
    if User._meta.db_table not in connection.introspection.table_names():
        return
    if User.objects.exists() and not User.objects.filter(email=ORGANISER.email).exists():
        raise DemoError(
            "This database has people in it who are not the demo’s; nothing was written. "
            "Name an empty one in DATABASE_URL, or leave DATABASE_URL out."
        )


@contextmanager
def static_files(say: Callable[[str], None]) -> Iterator[None]:
    """Collect them beside the rest, where they are not fresh; broken off, they begin again."""
    if static_files_are_fresh():
        yield
        return
    say("Collecting static files …")
    collecting = subprocess.Popen(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # the terminal's Ctrl-C is for the demo alone
    )
    try:
        yield
        if collecting.wait():
            raise DemoError("The static files could not be collected.")
    finally:
        collecting.kill()
        collecting.wait()


def static_files_are_fresh() -> bool:
    """Return whether they were collected after the last change to our own files or to a package."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return False
    sources = [Path(sysconfig.get_path("purelib"))]
    for folder in settings.STATICFILES_DIRS:
        sources += [Path(folder), *Path(folder).rglob("*")]
    return manifest.stat().st_mtime > max(path.stat().st_mtime for path in sources)


def migrate(say: Callable[[str], None]) -> None:
    """Make the tables, where any is missing or behind."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Making the tables …")
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)


def workshop_ahead(today: date) -> Workshop:
    """Return Bangkok, on a Monday some ten weeks ahead; moved there again once it has come near.

    Until then it is left as people made it; by moving, the file's words come back.
    """
    workshop = Workshop.objects.filter(slug=SLUG).first()
    if workshop and workshop.starts_on - today >= WELL_AHEAD:
        return workshop
    file = settings.BASE_DIR / "examples" / f"{SLUG}.yaml"
    soonest = today + AHEAD
    try:
        load(file, starts_on=soonest + timedelta(days=-soonest.weekday() % 7))
    except Unreadable as unreadable:
        first = unreadable.mistakes[0]
        raise DemoError(f"{file}:{first.line}: {first.place}: {first.expected}") from unreadable
    except Refused as refused:
        raise DemoError(f"The workshop can’t be moved ahead: {refused.sentence}") from refused
    return Workshop.objects.get(slug=SLUG)
