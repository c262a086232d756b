"""Writing the lists of a plan, from partners to rooms: all but its sessions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agenda.models import Day, Room, Track
from foundation.core.names import name_key
from foundation.series.models import Contact, Partner, Resource, WorkshopOwned
from registration.models import Affiliation, Organisation
from workshop.workshop_file import schema
from workshop.workshop_file.loaded import Loaded
from workshop.workshop_file.plan import Plan
from workshop.workshop_file.written import Key, Known, text_of

# What nobody's data hangs on, and by what a row is known again.
LISTS: list[tuple[type[schema.Part], type[WorkshopOwned], tuple[str, ...]]] = [
    (schema.Contact, Contact, ("role",)),
    (schema.Resource, Resource, ("kind", "country", "title")),
]


@dataclass
class Named:
    """What the file's sessions refer to, by the name it has there; what organisers deleted is not.

    left: what the file has no longer. It is dropped last, when it is known which sessions stay.
    """

    affiliations: dict[str, Any]
    rooms: dict[str, Any]
    tracks: dict[str, Any]
    left: list[Any]


def write_lists(plan: Plan, loaded: Loaded) -> Named:
    """Write them in the file's order, and return what sessions refer to."""
    _write_partners(plan, loaded)
    for kind, model, names in LISTS:
        _rows, left = _write(plan, loaded, kind, model, names)
        for row in left:
            loaded.drop(row)
    _write_days(plan, loaded)
    affiliations, rooms, tracks = (
        _write(plan, loaded, kind, model, names)
        for kind, model, names in (
            (schema.Affiliation, Affiliation, ("slug",)),
            (schema.Room, Room, ("name",)),
            (schema.Track, Track, ("name",)),
        )
    )
    named = Named(
        affiliations={slug: row for (slug,), row in affiliations[0].items()},
        rooms={name: row for (name,), row in rooms[0].items()},
        tracks={name: row for (name,), row in tracks[0].items()},
        left=[*affiliations[1], *rooms[1], *tracks[1]],
    )
    _write_organisations(plan, loaded, named)
    return named


def drop_left(loaded: Loaded, named: Named) -> None:
    """Drop what the file has no longer and no session, person or organisation needs."""
    for row in named.left:
        why = ""
        if isinstance(row, Affiliation):
            hangs = (
                row.participant_affiliations,
                row.invitations,
                row.admitted_to,
                row.organisations,
            )
            if any(relation.exists() for relation in hangs):
                why = "people, invitations, organisations or sessions have it"
        elif isinstance(row, Room) and row.sessions.exists():
            why = "a session that stays is in it"
        loaded.drop(row, why)


def _write(
    plan: Plan,
    loaded: Loaded,
    kind: type[schema.Part],
    model: type[WorkshopOwned],
    names: tuple[str, ...],
) -> tuple[dict[Key, WorkshopOwned], list[WorkshopOwned]]:
    """The rows by the keys of their entries, and those that no entry means."""
    workshop, parts = loaded.workshop, plan.entries.all(kind)
    keys = [tuple(text_of(getattr(part, name)) for name in names) for part in parts]
    rows = model._default_manager.filter(workshop=workshop)
    known = Known(rows, names, keys, loaded.written, model)
    written = {}
    for position, (key, part) in enumerate(zip(keys, parts, strict=True)):
        row = loaded.find(known, key, lambda: model(workshop=workshop))
        if row is not None:
            written[key] = loaded.put(row, part.model_dump() | {"position": position})
    return written, known.left()


def _write_partners(plan: Plan, loaded: Loaded) -> None:
    workshop, entries = loaded.workshop, list(_partners(plan))
    keys = [key for key, _values, _alliance in entries]
    known = Known(workshop.partners.all(), ("part", "name"), keys, loaded.written, Partner)
    written: dict[Key, Partner] = {}
    for position, (key, values, alliance) in enumerate(entries):
        row = loaded.find(known, key, lambda: Partner(workshop=workshop))
        if row is not None:
            above = written.get(alliance) if alliance else None
            values = {**values, "member_of": above, "position": position}
            written[key] = loaded.put(row, values)
    for row in known.left():
        loaded.drop(row)


def _partners(plan: Plan) -> Iterator[tuple[Key, dict[str, object], Key | None]]:
    """Each partner and each member, with its key and that of the alliance it belongs to."""
    for partner in plan.entries.all(schema.Partner):
        alliance = (partner.part, partner.name)
        yield alliance, partner.model_dump(exclude={"members"}), None
        for member in partner.members:
            values = {"part": partner.part, "name": member, "text": "", "url": ""}
            yield (partner.part, member), dict(values), alliance


def _write_days(plan: Plan, loaded: Loaded) -> None:
    workshop, parts = loaded.workshop, plan.entries.all(schema.Day)
    dates = [plan.calendar.on(part.on) for part in parts]
    keys = [(text_of(on),) for on in dates]
    known = Known(workshop.days.all(), ("on",), keys, loaded.written, Day)
    for part, on in zip(parts, dates, strict=True):
        row = loaded.find(known, (text_of(on),), lambda: Day(workshop=workshop))
        if row is not None:
            loaded.put(row, part.model_dump() | {"on": on})
    for row in known.left():
        loaded.drop(row)


def _write_organisations(plan: Plan, loaded: Loaded, named: Named) -> None:
    workshop, parts = loaded.workshop, plan.entries.all(schema.Organisation)
    keys = [(part.name_key, name_key(part.country)) for part in parts]
    rows, names = workshop.organisations.all(), ("name", "country")
    known = Known(rows, names, keys, loaded.written, Organisation, fold=name_key)
    for key, part in zip(keys, parts, strict=True):
        row = loaded.find(known, key, lambda: Organisation(workshop=workshop))
        if row is not None:
            loaded.put(row, part.model_dump(exclude={"affiliations"}))
            held = [named.affiliations.get(slug) for slug in part.affiliations]
            loaded.relate(row, "affiliations", [each for each in held if each])
    for row in known.left():
        used = row.participants.exists() or row.invitations.exists()
        loaded.drop(row, "people come from it" if used else "")
