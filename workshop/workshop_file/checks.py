"""From a file's values to a plan that can be written, with every mistake told at once."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from workshop.workshop_file.places import Document, Steps, Unreadable, read, shown
from workshop.workshop_file.schema import INSIDE, SECTIONS, About, Frame, Part, Session


def on_the_wall(clock: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock on the wall of `zone` shows `clock`.

    In UTC, since moments of other zones never equal those that a clock shows twice or never.
    """
    return clock.replace(tzinfo=zone).astimezone(UTC)


@dataclass
class Plan:
    """What a file says. `parts`: by section, each entry under its number in the file.

    frame: what is checked against, also where something else of the workshop is misshapen.
    """

    about: About | None = None
    frame: Frame | None = None
    moved_by: timedelta = timedelta(0)
    parts: dict[str, dict[int, Part]] = field(default_factory=dict)

    def on(self, day: date) -> date:
        return day + self.moved_by

    def at(self, moment: datetime) -> datetime:
        """The wall clock's moment in the workshop's zone, moved by whole days."""
        return on_the_wall(moment + self.moved_by, ZoneInfo(self.frame.timezone))

    def span(self, session: Session) -> tuple[datetime, datetime]:
        return tuple(
            self.at(datetime.combine(session.on, clock)) for clock in (session.starts, session.ends)
        )

    def all(self, section: str) -> list[Part]:
        return list(self.parts[section].values())


def plan_of(path: Path, *, starts_on: date | None = None) -> Plan:
    """The plan in the file at `path`, moved so that it starts on a date. Raises Unreadable.

    A misshapen entry is told and left out, so that the others can still be checked against each
    other; what refers to it is no mistake of its own.
    """
    document = read(path)
    plan = Plan()
    if document.is_whole:
        _read_shape(document, plan)
        if plan.frame and starts_on:
            plan.moved_by = starts_on - plan.frame.starts_on
        _check_duplicates(document, plan)
        _check_references(document, plan)
        if plan.frame:
            _check_dates(document, plan)
            _check_rooms(document, plan)
        _check_access_and_cafes(document, plan)
    if document.mistakes:
        raise Unreadable(document.mistakes)
    return plan


def _read_shape(document: Document, plan: Plan) -> None:
    if not isinstance(document.data, dict):
        document.mistake((), "names with values, “workshop:” first")
        document.data = {"workshop": None}
    for name in document.data.keys() - SECTIONS.keys() - {"workshop"}:
        document.mistake((name,), f"one of: workshop, {', '.join(SECTIONS)}")
    raw = document.data.get("workshop")
    plan.about = _part(document, About, raw, ("workshop",))
    with suppress(ValidationError):  # told already, as a part of the whole
        plan.frame = Frame.model_validate(raw)
    for section, (kind, _keys) in SECTIONS.items():
        entries = document.data.get(section)
        if not isinstance(entries, list | None):
            document.mistake((section,), EXPECTED["list_type"])
            entries = []
        parts = {n: _part(document, kind, raw, (section, n)) for n, raw in enumerate(entries or [])}
        plan.parts[section] = {n: part for n, part in parts.items() if part is not None}


def _part(document: Document, kind: type[Part], raw, path: Steps) -> Part | None:
    try:
        return kind.model_validate(raw)
    except ValidationError as wrong:
        for error in wrong.errors(include_url=False):
            document.mistake((*path, *error["loc"]), _expected(error, kind))
        return None


# Pydantic's kinds of errors, in the file's terms; {} takes the limit that was passed.
EXPECTED = {
    "bool_type": "true or false",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number from {ge} up",
    "int_type": "a whole number",
    "less_than_equal": "a number up to {le}",
    "list_type": "a list, each entry beginning with “-”",
    "missing": "this is missing",
    "string_type": "text; a number or a word like true goes in quotes",
    "too_short": "at least {min_length} of them",
}


def _expected(error: dict, kind: type[Part]) -> str:
    """What a place should hold, in the file's terms."""
    inside = kind
    names = error["loc"] if error["type"] == "model_type" else error["loc"][:-1]
    for name in names:
        inside = INSIDE.get(name, inside)
    known = ", ".join(inside.model_fields)
    match error["type"]:
        case "extra_forbidden":
            return f"not known here; known are: {known}"
        case "model_type":
            return f"names with values: {known}"
        case "value_error":
            return str(error["ctx"]["error"])
    return EXPECTED.get(error["type"], error["msg"]).format(**error.get("ctx", {}))


def _check_duplicates(document: Document, plan: Plan) -> None:
    for section, (_kind, keys) in SECTIONS.items():
        first = {}
        for n, part in plan.parts[section].items():
            key = tuple(getattr(part, name) for name in keys)
            if key in first:
                line = document.lines[section, first[key]]
                document.mistake(
                    (section, n, keys[-1]), f"another {' and '.join(keys)}; line {line} has it"
                )
            first.setdefault(key, n)
    seen = {}
    for n, partner in plan.parts["partners"].items():
        for m, member in enumerate(partner.members):
            if (partner.part, member) in seen:
                document.mistake(("partners", n, "members", m), "each member once")
            seen[partner.part, member] = n
        if (partner.part, partner.name) in seen:
            document.mistake(("partners", n, "name"), "a name that is no member's already")


def _check_references(document: Document, plan: Plan) -> None:
    """What names an entry elsewhere names one that is there, be it misshapen."""

    def names(section: str, key: str) -> set | None:
        """None where some entry has no readable name, so that nobody knows what it would be."""
        entries = document.data.get(section)
        if not isinstance(entries, list | None):
            return None
        found = [raw.get(key) if isinstance(raw, dict) else None for raw in entries or []]
        return set(found) if all(isinstance(name, str) for name in found) else None

    def check(path: Steps, name: str, known: set | None, what: str) -> None:
        if known is not None and name not in known:
            choices = ", ".join(sorted(known)) or f"the file has no {what}s"
            document.mistake(path, f"“{shown(name)}” is no {what} of this file: {choices}")

    affiliations, rooms = names("affiliations", "slug"), names("rooms", "name")
    tracks = names("tracks", "name")
    for n, organisation in plan.parts["organisations"].items():
        for m, slug in enumerate(organisation.affiliations):
            path = ("organisations", n, "affiliations", m)
            check(path, slug, affiliations, "affiliation")
    for n, session in plan.parts["sessions"].items():
        for m, slug in enumerate(session.admits):
            check(("sessions", n, "admits", m), slug, affiliations, "affiliation")
        if session.room is not None:
            check(("sessions", n, "room"), session.room, rooms, "room")
        if session.track is not None:
            check(("sessions", n, "track"), session.track, tracks, "track")


def _check_dates(document: Document, plan: Plan) -> None:
    frame, about = plan.frame, plan.about
    if frame.ends_on < frame.starts_on:
        document.mistake(("workshop", "ends_on"), f"{frame.starts_on} or later")
    if about and about.registration_closes_at <= about.registration_opens_at:
        document.mistake(("workshop", "registration_closes_at"), "later than it opens")
    for section in ("days", "sessions") if frame.starts_on <= frame.ends_on else ():
        for n, part in plan.parts[section].items():
            if not frame.starts_on <= part.on <= frame.ends_on:
                document.mistake(
                    (section, n, "on"), f"a day from {frame.starts_on} to {frame.ends_on}"
                )
    zone = ZoneInfo(frame.timezone)
    for n, session in plan.parts["sessions"].items():
        for name, at in zip(("starts", "ends"), plan.span(session), strict=True):
            clock, shown_at = getattr(session, name), at.astimezone(zone)
            if shown_at.time() != clock:
                document.mistake(
                    ("sessions", n, name),
                    f"a time that exists; clocks go forward on {shown_at.date()}",
                )
        if session.ends <= session.starts:
            document.mistake(("sessions", n, "ends"), f"later than {session.starts:%H:%M}")


def _check_rooms(document: Document, plan: Plan) -> None:
    used = defaultdict(list)
    for n, session in plan.parts["sessions"].items():
        if session.room is not None and session.starts < session.ends:
            used[session.room].append((*plan.span(session), n))
    for room, spans in used.items():
        until, holder = None, None  # of those that began, who leaves the room last
        for starts_at, ends_at, n in sorted(spans):
            if until and starts_at < until:
                line = document.lines["sessions", holder]
                slug = plan.parts["sessions"][holder].slug
                document.mistake(
                    ("sessions", n, "room"),
                    f"a free room; “{room}” is used by “{slug}” (line {line}) at this time",
                )
            if until is None or ends_at > until:
                until, holder = ends_at, n


def _check_access_and_cafes(document: Document, plan: Plan) -> None:
    for n, session in plan.parts["sessions"].items():
        path = ("sessions", n)
        if session.access == "open" and session.admits:
            document.mistake((*path, "admits"), "nobody in particular, since the access is open")
        if (session.kind == "world-cafe") != (session.cafe is not None):
            document.mistake(
                (*path, "cafe"), "a café with its tables on sessions of kind world-cafe, only there"
            )
        if session.cafe is None:
            continue
        cafe, path = session.cafe, (*path, "cafe")
        if cafe.reservations_close_at <= cafe.reservations_open_at:
            document.mistake((*path, "reservations_close_at"), "later than they open")
        numbers = [table.number for table in cafe.tables]
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            document.mistake(
                (*path, "tables"), f"tables numbered 1 to {len(numbers)}, each number once"
            )
