"""Writing a plan: create what is new, change what differs, remove what nobody's data hangs on."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from foundation.core.locking import lock_first
from foundation.core.violations import violated_constraint
from foundation.series.models import Workshop
from registration.models import Affiliation, Attendance, Organisation
from workshop.workshop_file.checks import Plan, plan_of
from workshop.workshop_file.kept import edited_by_somebody, edited_last_by_somebody
from workshop.workshop_file.places import Mistake, Unreadable
from workshop.workshop_file.schema import FIRST_YEAR, LAST_YEAR
from workshop.workshop_file.write_sessions import write_sessions

# What a session that stays though it left the file can break.
STAYING = {
    "session_ends_after_starts",
    "session_inside_workshop",
    "session_room_not_used_twice",
}
LOADING = 0x6C6F6164  # "load", in PostgreSQL's register of advisory locks


@dataclass
class Loaded:
    """What a load did to how many rows.

    removed: what left the file. kept: sentences on what left it but stays, and why.
    overwritten: rows that an organiser had changed last, and that now say what the file says.
    """

    workshop: Workshop | None = None
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    _created: set = field(default_factory=set)
    _changed: set = field(default_factory=set)

    @property
    def created(self) -> int:
        return len(self._created)

    @property
    def changed(self) -> int:
        return len(self._changed - self._created)

    def put(self, row: models.Model, values: dict) -> models.Model:
        """Give `row` these values, saving it only where it is new or one differs."""
        is_new = row.pk is None
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differing:
            setattr(row, name, values[name])
        if is_new:
            row.save()
            self._created.add((type(row), row.pk))
        elif differing:
            self._note_change(row, differing)
            row.save()
        return row

    def relate(self, row: models.Model, name: str, others: list) -> None:
        """Let the relation `name` of `row` hold exactly `others`."""
        relation = getattr(row, name)
        if set(relation.all()) != set(others):
            self._note_change(row, [name])
            relation.set(others)

    def drop(self, row: models.Model, why_kept: str = "") -> None:
        """Remove a row that left the file, unless there is a reason to keep it."""
        name = _name(row)
        if why_kept:
            self.kept.append(f"{name} is not in the file but stays: {why_kept}.")
        else:
            row.delete()
            self.removed.append(name)

    def _note_change(self, row: models.Model, fields: list[str]) -> None:
        key = (type(row), row.pk)
        if key not in self._created | self._changed and edited_last_by_somebody(row):
            self.overwritten.append(f"{_name(row)}: {', '.join(fields)}")
        self._changed.add(key)


def _name(row: models.Model) -> str:
    return f"{row._meta.verbose_name} “{row}”"


@transaction.atomic
def load(path: Path, *, slug: str | None = None, starts_on: date | None = None) -> Loaded:
    """Create or update the workshop in the file at `path`.

    slug: the workshop to write instead of the file's own. starts_on: its first day; everything
    moves by whole days, by the clock on the wall of its zone.

    Raises Unreadable, or Refused where sign-ups would overlap, writing nothing. Locks the slug
    against other loads, then the workshop, then its sessions.
    """
    _check_options(slug, starts_on)
    plan = plan_of(path, starts_on=starts_on)
    loaded = Loaded()
    try:
        with transaction.atomic():
            moved = _write_workshop(plan, loaded, slug or plan.about.slug)
            _write_lists(plan, loaded)
            _write_days(plan, loaded, moved)
            _write_affiliations(plan, loaded)
            write_sessions(plan, loaded, moved)
            _drop_affiliations_and_rooms(plan, loaded)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        if violated_constraint(error) not in STAYING:
            raise
        sentence = f"what fits the sessions that stay though they left the file: {error}"
        raise Unreadable([Mistake(1, "sessions", sentence.splitlines()[0])]) from error
    return loaded


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


def _write_workshop(plan: Plan, loaded: Loaded, slug: str) -> timedelta:
    """Write the workshop itself; by how much it moved, for what people hung on its days."""
    _lock_slug(slug)
    about = plan.about
    row = lock_first(Workshop.objects.filter(slug=slug)) or Workshop(slug=slug)
    starts_on = plan.on(about.starts_on)
    moved = starts_on - row.starts_on if row.pk else timedelta(0)
    values = about.model_dump(exclude={"slug"}) | {
        "starts_on": starts_on,
        "ends_on": plan.on(about.ends_on),
        "registration_opens_at": plan.at(about.registration_opens_at),
        "registration_closes_at": plan.at(about.registration_closes_at),
    }
    loaded.workshop = loaded.put(row, values)
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


def _write_lists(plan: Plan, loaded: Loaded) -> None:
    """What nobody's data hangs on: written in the file's order, and removed with it."""
    workshop = loaded.workshop
    _write_partners(plan, loaded)
    for section, key in (
        ("contacts", ("role",)),
        ("resources", ("kind", "country", "title")),
        ("tracks", ("name",)),
        ("rooms", ("name",)),
    ):
        rows = {_key(row, key): row for row in getattr(workshop, section).all()}
        model = getattr(workshop, section).model
        for position, part in enumerate(plan.all(section)):
            row = rows.pop(_key(part, key), None) or model(workshop=workshop)
            loaded.put(row, part.model_dump() | {"position": position})
        if section != "rooms":  # a room may still hold a session that stays
            for row in rows.values():
                loaded.drop(row)


def _write_days(plan: Plan, loaded: Loaded, moved: timedelta) -> None:
    workshop = loaded.workshop
    # Last first when moving ahead, so that no two days ever share a date.
    rows = {}
    for row in sorted(workshop.days.all(), key=lambda row: row.on, reverse=moved > timedelta(0)):
        row = loaded.put(row, {"on": row.on + moved})
        rows[row.on] = row
    for part in plan.all("days"):
        row = rows.pop(plan.on(part.on), None) or workshop.days.model(workshop=workshop)
        loaded.put(row, part.model_dump() | {"on": plan.on(part.on)})
    for row in rows.values():
        loaded.drop(row)


def _write_partners(plan: Plan, loaded: Loaded) -> None:
    workshop = loaded.workshop
    rows = {(row.part, row.name): row for row in workshop.partners.all()}
    wanted = []
    for part in plan.all("partners"):
        wanted.append((part.model_dump(exclude={"members"}), None))
        for member in part.members:
            values = {"part": part.part, "name": member, "text": "", "url": ""}
            wanted.append((values, (part.part, part.name)))
    written = {}
    for position, (values, alliance) in enumerate(wanted):
        key = (values["part"], values["name"])
        row = rows.get(key) or workshop.partners.model(workshop=workshop)
        values |= {"member_of": written.get(alliance), "position": position}
        written[key] = loaded.put(row, values)
    for key in rows.keys() - written.keys():
        loaded.drop(rows[key])


def _write_affiliations(plan: Plan, loaded: Loaded) -> None:
    workshop = loaded.workshop
    affiliations = {row.slug: row for row in workshop.affiliations.all()}
    for position, part in enumerate(plan.all("affiliations")):
        row = affiliations.get(part.slug) or Affiliation(workshop=workshop)
        values = part.model_dump() | {"position": position}
        affiliations[part.slug] = loaded.put(row, values)
    key = ("name", "country")
    rows = {_key(row, key): row for row in workshop.organisations.all()}
    for part in plan.all("organisations"):
        row = rows.pop(_key(part, key), None) or Organisation(workshop=workshop)
        loaded.put(row, part.model_dump(exclude={"affiliations"}))
        wanted = [affiliations[slug] for slug in part.affiliations]
        loaded.relate(row, "affiliations", wanted)
    for row in rows.values():
        used = row.participants.exists() or row.invitations.exists()
        why = "people come from it" if used else ""
        loaded.drop(row, why or edited_by_somebody(row))


def _drop_affiliations_and_rooms(plan: Plan, loaded: Loaded) -> None:
    """Last, when it is known which sessions stay."""
    workshop = loaded.workshop
    named = {part.slug for part in plan.all("affiliations")}
    for row in workshop.affiliations.exclude(slug__in=named):
        hangs = [row.participant_affiliations, row.invitations, row.admitted_to, row.organisations]
        used = any(relation.exists() for relation in hangs)
        loaded.drop(row, "people, invitations, organisations or sessions have it" if used else "")
    named = {part.name for part in plan.all("rooms")}
    for row in workshop.rooms.exclude(name__in=named):
        loaded.drop(row, "a session that stays is in it" if row.sessions.exists() else "")


def _key(row, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) if name != "country" else _code(row) for name in names)


def _code(row) -> str:
    """A row's country as the file writes it, two letters."""
    return getattr(row.country, "code", row.country) or ""
