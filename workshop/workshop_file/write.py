"""Writing a plan: create what is new, change what differs, remove what nobody's data hangs on."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model

from agenda.models import Session
from foundation.core.clock import Move
from foundation.core.locking import lock_first
from foundation.series.models import Workshop
from workshop.moving import move_along
from workshop.workshop_file.checks import plan_of
from workshop.workshop_file.loaded import Loaded
from workshop.workshop_file.places import Mistake, Unreadable
from workshop.workshop_file.plan import Plan
from workshop.workshop_file.schema import FIRST_YEAR, LAST_YEAR
from workshop.workshop_file.write_lists import drop_left, write_lists
from workshop.workshop_file.write_sessions import write_sessions
from worldcafe.models import Cafe

LOADING = 0x6C6F6164  # "load", in PostgreSQL's register of advisory locks


@transaction.atomic
def load(
    path: Path,
    *,
    slug: str | None = None,
    starts_on: date | None = None,
    dry_run: bool = False,
    overwrite: bool = False,
) -> Loaded:
    """Create or update the workshop in the file at `path`, and return what was done.

    What organisers changed since the last load stays, and is told. overwrite: the file wins.
    dry_run: do it all, and undo it: what is returned would have been done.

    slug: the workshop to write instead of the file's own. starts_on: its first day; everything
    moves by whole days, by the clock on the wall of its zone.

    Raises: Unreadable, or Refused where sign-ups would overlap; nothing is written then.
    Locks: the slug against other loads, then the workshop, its sessions, its tables.
    """
    mistakes = _check_options(slug, starts_on)
    plan = plan_of(path, starts_on=None if mistakes else starts_on, mistakes=mistakes)
    with transaction.atomic():
        loaded = Loaded(_workshop(slug or plan.about.slug), overwrite)
        _write(plan, loaded)
        transaction.set_rollback(dry_run)
        return loaded


def _write(plan: Plan, loaded: Loaded) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # sessions may trade rooms and times
    _write_workshop(plan, loaded)
    named = write_lists(plan, loaded)
    write_sessions(plan, loaded, named)
    drop_left(loaded, named)
    if mistakes := list(_clashes(loaded.workshop)):
        raise Unreadable(mistakes)
    loaded.written.keep(loaded.workshop)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _check_options(slug: str | None, starts_on: date | None) -> list[Mistake]:
    mistakes = []
    try:
        Workshop._meta.get_field("slug").clean(slug or "any", None)
    except ValidationError as error:
        mistakes.append(Mistake(0, "--slug", " ".join(error.messages)))
    if starts_on and not FIRST_YEAR <= starts_on.year <= LAST_YEAR:
        mistakes.append(Mistake(0, "--starts-on", f"a year from {FIRST_YEAR} to {LAST_YEAR}"))
    return mistakes


def _lock_slug(slug: str) -> None:
    """One load of a workshop at a time: one that isn't there yet has no row to lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOADING, slug])


def _workshop(slug: str) -> Workshop:
    """The workshop as it stands, locked, or a new one."""
    _lock_slug(slug)
    return lock_first(Workshop.objects.filter(slug=slug)) or Workshop(slug=slug)


def _write_workshop(plan: Plan, loaded: Loaded) -> None:
    """Write the workshop itself; where its dates or its zone change, all it has moves along."""
    row, about, calendar = loaded.workshop, plan.about, plan.calendar
    before = (row.starts_on, row.zone) if row.pk else None
    values = about.model_dump(exclude={"slug"}) | {
        "starts_on": calendar.on(about.starts_on),
        "ends_on": calendar.on(about.ends_on),
        "registration_opens_at": calendar.at(about.registration_opens_at),
        "registration_closes_at": calendar.at(about.registration_closes_at),
    }
    loaded.put(row, values)
    if before:
        move = Move(row.starts_on - before[0], before[1], row.zone)
        with loaded.written.moving(lambda: _moving(row)):
            move_along(workshop=row, move=move)


def _moving(workshop: Workshop) -> Iterator[Model]:
    yield from workshop.days.all()
    yield from workshop.sessions.all()
    yield from Cafe.objects.filter(session__workshop=workshop)


def _clashes(workshop: Workshop) -> Iterator[Mistake]:
    """Tell every session that doesn't fit: what stays or was kept may be in the way of the file."""
    sessions = workshop.sessions.select_related("workshop", "room").order_by("starts_at", "pk")
    for session in sessions:
        when = session.time_in_words()
        fits = workshop.has_day_of(session.starts_at) and workshop.is_over_after(session.ends_at)
        if not fits:
            told = f"“{session}” inside the workshop’s dates, not on {when}"
            yield Mistake(0, "sessions", told)
        for other in Session.objects.clashing_with(session).filter(pk__lt=session.pk):
            told = f"a free room; “{session}” and “{other}” are both in “{session.room}”, {when}"
            yield Mistake(0, "sessions", told)
