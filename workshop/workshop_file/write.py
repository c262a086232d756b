"""Writing a plan: create what is new, change what differs, remove what nobody's data hangs on."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from agenda.models import Day, Room, Track
from foundation.core.locking import lock_first
from foundation.core.violations import violated_constraint
from foundation.series.models import Contact, Partner, Resource, Workshop, WorkshopOwned
from registration.models import Affiliation, Attendance, Organisation
from workshop.workshop_file import schema
from workshop.workshop_file.checks import plan_of
from workshop.workshop_file.kept import edited_by_somebody
from workshop.workshop_file.loaded import Loaded
from workshop.workshop_file.places import Mistake, Unreadable
from workshop.workshop_file.plan import Plan
from workshop.workshop_file.schema import FIRST_YEAR, LAST_YEAR
from workshop.workshop_file.write_sessions import write_sessions

# What nobody's data hangs on, and by what a row is known again.
LISTS: list[tuple[type[schema.Part], type[WorkshopOwned], tuple[str, ...]]] = [
    (schema.Contact, Contact, ("role",)),
    (schema.Resource, Resource, ("kind", "country", "title")),
    (schema.Track, Track, ("name",)),
    (schema.Room, Room, ("name",)),
]

# What a session that stays though it left the file can break.
STAYING = {
    "session_ends_after_starts",
    "session_inside_workshop",
    "session_room_not_used_twice",
}
LOADING = 0x6C6F6164  # "load", in PostgreSQL's register of advisory locks


@transaction.atomic
def load(
    path: Path, *, slug: str | None = None, starts_on: date | None = None, dry_run: bool = False
) -> Loaded:
    """Create or update the workshop in the file at `path`, and return what was done.

    dry_run: do it all, and undo it: what is returned would have been done.

    slug: the workshop to write instead of the file's own. starts_on: its first day; everything
    moves by whole days, by the clock on the wall of its zone.

    Raises: Unreadable, or Refused where sign-ups would overlap; nothing is written then.
    Locks: the slug against other loads, then the workshop, its sessions, its tables.
    """
    _check_options(slug, starts_on)
    plan = plan_of(path, starts_on=starts_on)
    try:
        with transaction.atomic():
            loaded = Loaded(_workshop(slug or plan.about.slug))
            _write(plan, loaded)
            transaction.set_rollback(dry_run)
            return loaded
    except IntegrityError as error:
        if violated_constraint(error) not in STAYING:
            raise
        sentence = f"what fits the sessions that stay though they left the file: {error}"
        raise Unreadable([Mistake(1, "sessions", sentence.splitlines()[0])]) from error


def _write(plan: Plan, loaded: Loaded) -> None:
    moved = _write_workshop(plan, loaded)
    _write_partners(plan, loaded)
    _write_lists(plan, loaded)
    _write_days(plan, loaded, moved)
    _write_affiliations(plan, loaded)
    _write_organisations(plan, loaded)
    write_sessions(plan, loaded, moved)
    _drop_affiliations(plan, loaded)
    _drop_rooms(plan, loaded)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _check_options(slug: str | None, starts_on: date | None) -> None:
    mistakes = []
    try:
        Workshop._meta.get_field("slug").clean(slug or "any", None)
    except ValidationError as error:
        mistakes.append(Mistake(0, "--slug", " ".join(error.messages)))
    if starts_on and not FIRST_YEAR <= starts_on.year <= LAST_YEAR:
        mistakes.append(Mistake(0, "--starts-on", f"a year from {FIRST_YEAR} to {LAST_YEAR}"))
    if mistakes:
        raise Unreadable(mistakes)


def _lock_slug(slug: str) -> None:
    """One load of a workshop at a time: one that isn't there yet has no row to lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOADING, slug])


def _workshop(slug: str) -> Workshop:
    """The workshop as it stands, locked, or a new one."""
    _lock_slug(slug)
    return lock_first(Workshop.objects.filter(slug=slug)) or Workshop(slug=slug)


def _write_workshop(plan: Plan, loaded: Loaded) -> timedelta:
    """Write the workshop itself; by how much it moved, for what people hung on its days."""
    row, about, calendar = loaded.workshop, plan.about, plan.calendar
    starts_on = calendar.on(about.starts_on)
    moved = starts_on - row.starts_on if row.pk else timedelta(0)
    values = about.model_dump(exclude={"slug"}) | {
        "starts_on": starts_on,
        "ends_on": calendar.on(about.ends_on),
        "registration_opens_at": calendar.at(about.registration_opens_at),
        "registration_closes_at": calendar.at(about.registration_closes_at),
    }
    loaded.put(row, values)
    if moved:
        _move_attendances(row, moved)
    return moved


def _move_attendances(workshop: Workshop, moved: timedelta) -> None:
    """Who meant to come on the second day still does."""
    rows = list(Attendance.objects.filter(participant__workshop=workshop))
    Attendance.objects.filter(pk__in=[row.pk for row in rows]).delete()
    Attendance.objects.bulk_create(
        Attendance(participant_id=row.participant_id, on=row.on + moved) for row in rows
    )
    for sent in workshop.submissions.filter(closed_at=None):
        sent.move_days(moved)


def _write_partners(plan: Plan, loaded: Loaded) -> None:
    workshop = loaded.workshop
    rows = {(row.part, row.name): row for row in workshop.partners.all()}
    written: dict[tuple[str, str], Partner] = {}
    for values, alliance in _partners(plan):
        key = (values["part"], values["name"])
        row = rows.get(key) or Partner(workshop=workshop)
        above = written[alliance] if alliance else None
        written[key] = loaded.put(row, {**values, "member_of": above, "position": len(written)})
    for key in rows.keys() - written.keys():
        loaded.drop(rows[key])


def _partners(plan: Plan) -> Iterator[tuple[dict[str, str], tuple[str, str] | None]]:
    """Each partner and each member, with the part and the name of the alliance it belongs to."""
    for partner in plan.entries.all(schema.Partner):
        yield partner.model_dump(exclude={"members"}), None
        for member in partner.members:
            values = {"part": partner.part, "name": member, "text": "", "url": ""}
            yield values, (partner.part, partner.name)


def _write_lists(plan: Plan, loaded: Loaded) -> None:
    """What nobody's data hangs on: written in the file's order, and removed with it."""
    for kind, model, names in LISTS:
        rows = {_key(row, names): row for row in _of(loaded.workshop, model)}
        for position, part in enumerate(plan.entries.all(kind)):
            row = rows.pop(_key(part, names), None) or model(workshop=loaded.workshop)
            loaded.put(row, part.model_dump() | {"position": position})
        if model is not Room:  # a room may still hold a session that stays
            for row in rows.values():
                loaded.drop(row)


def _of(workshop: Workshop, model: type[WorkshopOwned]) -> Iterable[WorkshopOwned]:
    return model._default_manager.filter(workshop=workshop)


def _write_days(plan: Plan, loaded: Loaded, moved: timedelta) -> None:
    workshop = loaded.workshop
    # Last first when moving ahead, so that no two days ever share a date.
    days = sorted(workshop.days.all(), key=lambda day: day.on, reverse=moved > timedelta(0))
    for day in days:
        loaded.put(day, {"on": day.on + moved})
    rows = {day.on: day for day in days}
    for part in plan.entries.all(schema.Day):
        on = plan.calendar.on(part.on)
        row = rows.pop(on, None) or Day(workshop=workshop)
        loaded.put(row, part.model_dump() | {"on": on})
    for day in rows.values():
        loaded.drop(day)


def _write_affiliations(plan: Plan, loaded: Loaded) -> None:
    workshop = loaded.workshop
    rows = {row.slug: row for row in workshop.affiliations.all()}
    for position, part in enumerate(plan.entries.all(schema.Affiliation)):
        row = rows.get(part.slug) or Affiliation(workshop=workshop)
        loaded.put(row, part.model_dump() | {"position": position})


def _write_organisations(plan: Plan, loaded: Loaded) -> None:
    workshop = loaded.workshop
    affiliations = {row.slug: row for row in workshop.affiliations.all()}
    names = ("name_key", "country")
    rows = {_key(row, names): row for row in workshop.organisations.all()}
    for part in plan.entries.all(schema.Organisation):
        row = rows.pop(_key(part, names), None) or Organisation(workshop=workshop)
        loaded.put(row, part.model_dump(exclude={"affiliations"}))
        loaded.relate(row, "affiliations", [affiliations[slug] for slug in part.affiliations])
    for row in rows.values():
        used = row.participants.exists() or row.invitations.exists()
        why = "people come from it" if used else ""
        loaded.drop(row, why or edited_by_somebody(row))


def _drop_affiliations(plan: Plan, loaded: Loaded) -> None:
    """Last, when it is known which sessions stay."""
    named = {part.slug for part in plan.entries.all(schema.Affiliation)}
    for row in loaded.workshop.affiliations.exclude(slug__in=named):
        hangs = [row.participant_affiliations, row.invitations, row.admitted_to, row.organisations]
        used = any(relation.exists() for relation in hangs)
        loaded.drop(row, "people, invitations, organisations or sessions have it" if used else "")


def _drop_rooms(plan: Plan, loaded: Loaded) -> None:
    """Last, when it is known which sessions stay."""
    named = {part.name for part in plan.entries.all(schema.Room)}
    for row in loaded.workshop.rooms.exclude(name__in=named):
        loaded.drop(row, "a session that stays is in it" if row.sessions.exists() else "")


def _key(row: object, names: tuple[str, ...]) -> tuple[str, ...]:
    """By what a row and an entry are the same: a country is two letters, as the file writes it."""
    values = (getattr(row, name) for name in names)
    return tuple(str(getattr(value, "code", value) or "") for value in values)
