"""Writing the sessions of a plan, with their cafés and tables; whoever is in them is told."""

from agenda.models import Session
from agenda.session_changes import Before, settle_all
from foundation.core.locking import lock_all
from workshop.workshop_file import schema
from workshop.workshop_file.loaded import Loaded
from workshop.workshop_file.plan import Plan
from workshop.workshop_file.write_lists import Named
from workshop.workshop_file.written import Known, text_of
from worldcafe.models import Cafe, Reservation, Table


def write_sessions(plan: Plan, loaded: Loaded, named: Named) -> None:
    """Write them all; what they no longer give to people is taken, and told as the admin does.

    Raises: overlap, where sign-ups would overlap.
    Locks: the sessions, then the tables, so that nobody takes a seat in what is just leaving.
    """
    workshop, parts = loaded.workshop, plan.entries.all(schema.Session)
    rows = lock_all(workshop.sessions.select_related("room", "track"))
    lock_all(Table.objects.filter(cafe__session__workshop=workshop))
    keys = [(part.slug,) for part in parts]
    known = Known(rows, ("slug",), keys, loaded.written, Session)
    before, written = {row.pk: Before.of(row.pk) for row in rows}, []
    for part in parts:
        row = loaded.find(known, (part.slug,), lambda: Session(workshop=workshop))
        if row is None:
            continue
        written.append(loaded.put(row, _wanted(plan, part, named)))
        admitted = [named.affiliations.get(slug) for slug in part.admits]
        loaded.relate(row, "affiliations", [each for each in admitted if each])
        _write_cafe(plan, loaded, row, part.cafe)
    _drop_sessions(known.left(), loaded)
    changed = [row for row in written if loaded.has_changed(row)]
    settle_all(changes=[(row, before[row.pk]) for row in changed])


def _wanted(plan: Plan, part: schema.Session, named: Named) -> dict[str, object]:
    """What the file wants of a session."""
    starts_at, ends_at = plan.calendar.span(part)
    plain = {"slug", "title", "abstract", "kind", "access", "listing", "seats"}
    return part.model_dump(include=plain) | {
        "track": named.tracks.get(part.track or ""),
        "room": named.rooms.get(part.room or ""),
        "starts_at": starts_at,
        "ends_at": ends_at,
    }


def _drop_sessions(rows: list[Session], loaded: Loaded) -> None:
    for row in rows:
        why = ""
        if row.invitees.exists() or row.sign_ups.exists() or row.roles.exists():
            why = "people are invited to it, have signed up or speak there"
        if Reservation.objects.filter(table__cafe__session=row).exists():
            why = "its tables were reserved"
        if not loaded.drop(row, why):
            _stays_with_all(row, loaded)


def _stays_with_all(session: Session, loaded: Loaded) -> None:
    """A café that stays with its session is known as before, and its tables are."""
    for cafe in Cafe.objects.filter(session=session):
        for row in (cafe, *cafe.tables.all()):
            loaded.written.note_as_before_of(row)


def _write_cafe(plan: Plan, loaded: Loaded, session: Session, part: schema.Cafe | None) -> None:
    rows, key = Cafe.objects.filter(session=session), (text_of(session),)
    known = Known(rows, ("session",), [key] if part else [], loaded.written, Cafe)
    if part is None:
        for cafe in known.left():
            reserved = Reservation.objects.filter(table__cafe=cafe).exists()
            loaded.drop(cafe, "its tables were reserved" if reserved else "")
        return
    found = loaded.find(known, key, lambda: Cafe(session=session))
    if found is None:
        return
    values = {
        "session": session,
        "reservations_open_at": plan.calendar.at(part.reservations_open_at),
        "reservations_close_at": plan.calendar.at(part.reservations_close_at),
        "introduction": part.introduction,
    }
    _write_tables(loaded, loaded.put(found, values), part.tables)


def _write_tables(loaded: Loaded, cafe: Cafe, tables: list[schema.Table]) -> None:
    keys = [(text_of(cafe), text_of(table.number)) for table in tables]
    rows = Table.objects.filter(cafe=cafe)
    known = Known(rows, ("cafe", "number"), keys, loaded.written, Table)
    for key, table in zip(keys, tables, strict=True):
        row = loaded.find(known, key, lambda: Table(cafe=cafe))
        if row is not None:
            loaded.put(row, {"cafe": cafe} | table.model_dump())
    for row in known.left():
        loaded.drop(row, "it was reserved" if row.reservations.exists() else "")
