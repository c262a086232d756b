"""Writing the sessions of a plan, with their cafés and tables."""

from datetime import timedelta

from agenda.actions import sign_ups_follow
from agenda.models import Session
from foundation.core.clock import on_the_wall
from foundation.core.locking import lock_all
from workshop.workshop_file import schema
from workshop.workshop_file.kept import edited_by_somebody
from workshop.workshop_file.loaded import Loaded
from workshop.workshop_file.plan import Plan
from worldcafe.models import Cafe, Reservation, Table


def write_sessions(plan: Plan, loaded: Loaded, moved: timedelta) -> None:
    """Write them all; a session that stays though it left the file moves with the workshop.

    moved: by how much the workshop itself just moved.

    Raises: Refused where sign-ups would overlap.
    Locks: the sessions, then the tables, so that nobody takes a seat in what is just leaving.
    """
    workshop = loaded.workshop
    rows = {row.slug: row for row in lock_all(workshop.sessions.select_related("room", "track"))}
    lock_all(Table.objects.filter(cafe__session__workshop=workshop))
    wanted = _wanted(plan, loaded)
    staying = _drop_sessions([row for slug, row in rows.items() if slug not in wanted], loaded)
    _clear_rooms(rows, wanted, staying if moved else [])
    for row in staying if moved else []:
        _move(loaded, row, ["starts_at", "ends_at"], moved)
        for cafe in Cafe.objects.filter(session=row):
            _move(loaded, cafe, ["reservations_open_at", "reservations_close_at"], moved)
    affiliations = {row.slug: row for row in workshop.affiliations.all()}
    for part in plan.entries.all(schema.Session):
        row = rows.get(part.slug) or Session(workshop=workshop)
        loaded.put(row, wanted[part.slug])
        loaded.relate(row, "affiliations", [affiliations[slug] for slug in part.admits])
        _write_cafe(plan, loaded, row, part.cafe)
    sign_ups_follow(sessions=workshop.sessions.filter(sign_ups__isnull=False).distinct())


def _wanted(plan: Plan, loaded: Loaded) -> dict[str, dict[str, object]]:
    """What the file wants of each session, by its slug."""
    rooms = {row.name: row for row in loaded.workshop.rooms.all()}
    tracks = {row.name: row for row in loaded.workshop.tracks.all()}
    written = {"slug", "title", "abstract", "kind", "access", "listing", "seats"}
    wanted: dict[str, dict[str, object]] = {}
    for part in plan.entries.all(schema.Session):
        starts_at, ends_at = plan.calendar.span(part)
        wanted[part.slug] = part.model_dump(include=written) | {
            "track": None if part.track is None else tracks[part.track],
            "room": None if part.room is None else rooms[part.room],
            "starts_at": starts_at,
            "ends_at": ends_at,
        }
    return wanted


def _clear_rooms(
    rows: dict[str, Session], wanted: dict[str, dict[str, object]], moving: list[Session]
) -> None:
    """No room is used twice, not even half-way: whoever changes room or time leaves first."""
    changing = [row.pk for row in moving]
    for slug, values in wanted.items():
        row = rows.get(slug)
        if row and any(
            getattr(row, name) != values[name] for name in ("room", "starts_at", "ends_at")
        ):
            changing.append(row.pk)
    Session.objects.filter(pk__in=changing).update(room=None)


def _drop_sessions(rows: list[Session], loaded: Loaded) -> list[Session]:
    """Remove what left the file; answer the sessions that stay."""
    staying = []
    for row in rows:
        why = edited_by_somebody(row)
        if row.invitees.exists() or row.sign_ups.exists() or row.roles.exists():
            why = "people are invited to it, have signed up or speak there"
        if Reservation.objects.filter(table__cafe__session=row).exists():
            why = "its tables were reserved"
        loaded.drop(row, why)
        if why:
            staying.append(row)
    return staying


def _move(loaded: Loaded, row: Session | Cafe, names: list[str], moved: timedelta) -> None:
    """Move moments of a row by whole days, by the clock on the wall."""
    zone = loaded.workshop.zone
    clocks = {name: getattr(row, name).astimezone(zone).replace(tzinfo=None) for name in names}
    loaded.put(row, {name: on_the_wall(at + moved, zone) for name, at in clocks.items()})


def _write_cafe(plan: Plan, loaded: Loaded, session: Session, part: schema.Cafe | None) -> None:
    cafe = Cafe.objects.filter(session=session).first()
    if part is None:
        if cafe:
            reserved = Reservation.objects.filter(table__cafe=cafe).exists()
            loaded.drop(cafe, "its tables were reserved" if reserved else edited_by_somebody(cafe))
        return
    values = {
        "reservations_open_at": plan.calendar.at(part.reservations_open_at),
        "reservations_close_at": plan.calendar.at(part.reservations_close_at),
        "introduction": part.introduction,
    }
    _write_tables(loaded, loaded.put(cafe or Cafe(session=session), values), part.tables)


def _write_tables(loaded: Loaded, cafe: Cafe, tables: list[schema.Table]) -> None:
    rows = {row.number: row for row in Table.objects.filter(cafe=cafe)}
    for table in tables:
        row = rows.pop(table.number, None) or Table(cafe=cafe)
        loaded.put(row, table.model_dump())
    for row in rows.values():
        reserved = "it was reserved" if row.reservations.exists() else ""
        loaded.drop(row, reserved or edited_by_somebody(row))
