"""Writing a plan: create what is new, change what differs, remove what nobody's data hangs on."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from registration.models import Affiliation, Attendance, Organisation
from workshop.loader.checks import Plan, plan_of
from workshop.loader.kept import edited_by_somebody
from workshop.loader.places import Mistake, Unreadable
from workshop.loader.write_sessions import write_sessions
from workshop.models import Workshop

# What a session that stays though it left the file can break.
STAYING = {"session_inside_workshop", "session_room_not_used_twice"}


@dataclass
class Loaded:
    """What a load did. `kept`: sentences on what left the file but stays, and why."""

    workshop: Workshop | None = None
    created: int = 0
    changed: int = 0
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def put(self, row: models.Model, values: dict) -> models.Model:
        """Give `row` these values, saving it only where it is new or one differs."""
        new = row.pk is None
        differs = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differs:
            setattr(row, name, values[name])
        if new or differs:
            row.save()
            self.created += new
            self.changed += not new
        return row

    def relate(self, relation, rows: list) -> None:
        if {row.pk for row in relation.all()} != {row.pk for row in rows}:
            relation.set(rows)

    def drop(self, row: models.Model, why_kept: str = "") -> None:
        """Remove a row that left the file, unless there is a reason to keep it."""
        name = f"{row._meta.verbose_name} “{row}”"
        if why_kept:
            self.kept.append(f"{name} is not in the file but stays: {why_kept}.")
        else:
            row.delete()
            self.removed.append(name)


@transaction.atomic
def load(path: Path, *, slug: str | None = None, starts_on: date | None = None) -> Loaded:
    """Create or update the workshop in the file at `path`. Raises Unreadable, writing nothing.

    slug: the workshop to write instead of the file's own. starts_on: its first day; everything
    moves by whole days, by the clock on the wall of its zone. Locks the workshop.
    """
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
        if error.__cause__.diag.constraint_name not in STAYING:
            raise
        sentence = f"what fits the sessions that stay though they left the file: {error}"
        raise Unreadable([Mistake(1, "sessions", sentence.splitlines()[0])]) from error
    return loaded


def _write_workshop(plan: Plan, loaded: Loaded, slug: str) -> timedelta:
    """Write the workshop itself; by how much it moved, for what people hung on its days."""
    about = plan.about
    try:
        Workshop._meta.get_field("slug").clean(slug, None)
    except ValidationError as error:
        raise Unreadable([Mistake(1, "--slug", " ".join(error.messages))]) from error
    row = Workshop.objects.select_for_update().filter(slug=slug).first() or Workshop(slug=slug)
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
        loaded.relate(row.affiliations, [affiliations[slug] for slug in part.affiliations])
    for row in rows.values():
        used = row.participants.exists() or row.invitations.exists()
        why = "people come from it" if used else ""
        loaded.drop(row, why or edited_by_somebody(row))


def _drop_affiliations_and_rooms(plan: Plan, loaded: Loaded) -> None:
    """Last, when it is known which sessions stay."""
    workshop = loaded.workshop
    named = {part.slug for part in plan.all("affiliations")}
    for row in workshop.affiliations.exclude(slug__in=named):
        hangs = [row.capacities, row.invitations, row.admitted_to, row.organisations]
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
