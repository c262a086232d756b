"""From a file's values to a plan that can be written, with every mistake told at once."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from foundation.series.models.workshop import MOST_DAYS
from workshop.workshop_file.places import Document, Mistake, Steps, Unreadable, read, shown
from workshop.workshop_file.plan import Calendar, Entries, P, Plan
from workshop.workshop_file.schema import (
    INSIDE,
    SECTIONS,
    STAND_INS,
    About,
    Cafe,
    Day,
    Frame,
    Organisation,
    Part,
    Partner,
    Session,
)


def plan_of(path: Path, *, starts_on: date | None = None, mistakes: Sequence[Mistake] = ()) -> Plan:
    """Return what the file at `path` says, moved so that it starts on a date.

    What is misshapen in an entry is told and left out, so that all else can still be checked; what
    refers to it is no mistake of its own. mistakes: what was wrong beside the file, told with it.

    Raises: Unreadable, with every mistake.
    """
    document = read(path)
    document.mistakes.extend(mistakes)
    plan = _checked(document, starts_on) if document.is_whole else None
    if plan is None or document.mistakes:
        raise Unreadable(document.mistakes)
    return plan


def _checked(document: Document, starts_on: date | None) -> Plan | None:
    """Note every mistake; None where what the workshop itself is can't be told."""
    sections = _sections(document)
    about = _part(document, About, sections.get("workshop"), ("workshop",))
    entries = _entries(document, sections)
    _check_duplicates(document, entries)
    _check_partners(document, entries)
    _check_references(document, sections, entries)
    _check_access_and_cafes(document, entries)
    frame = _frame(sections)
    if frame is None:
        return None
    moved_by = starts_on - frame.starts_on if starts_on else timedelta(0)
    calendar = Calendar(ZoneInfo(frame.timezone), moved_by)
    _check_dates(document, entries, frame, about)
    _check_clocks(document, entries, calendar)
    _check_rooms(document, entries, calendar)
    return Plan(about, calendar, entries) if about else None


def _sections(document: Document) -> dict[str, object]:
    data = document.data
    if not isinstance(data, dict):
        document.mistake((), "names with values, “workshop:” first")
        return {"workshop": None}
    for name in data.keys() - SECTIONS.keys() - {"workshop"}:
        document.mistake((name,), f"one of: workshop, {', '.join(SECTIONS)}")
    return data


def _frame(sections: dict[str, object]) -> Frame | None:
    """What the rest is checked against, also where something else of the workshop is misshapen."""
    with suppress(ValidationError):  # told already, as a part of the whole
        return Frame.model_validate(sections.get("workshop"))
    return None


def _entries(document: Document, sections: dict[str, object]) -> Entries:
    by_kind: dict[type[Part], dict[int, Part]] = {}
    for section, (kind, _keys) in SECTIONS.items():
        raws = sections.get(section)
        if not isinstance(raws, list | None):
            document.mistake((section,), EXPECTED["list_type"])
            raws = []
        parts = {n: _part(document, kind, raw, (section, n)) for n, raw in enumerate(raws or [])}
        by_kind[kind] = {n: part for n, part in parts.items() if part is not None}
    return Entries(by_kind)


def _part(document: Document, kind: type[P], raw: object, path: Steps) -> P | None:
    try:
        return kind.model_validate(raw)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False)
        for error in errors:
            document.mistake((*path, *error["loc"]), _expected(error, kind))
        return _rest(kind, raw, {error["loc"][0] for error in errors if error["loc"]})


def _rest(kind: type[P], raw: object, misshapen: set[int | str]) -> P | None:
    """The entry with something to stand in for what is misshapen; None where nothing can."""
    if kind not in STAND_INS or not isinstance(raw, dict):
        return None
    good = {name: value for name, value in raw.items() if name not in misshapen}
    with suppress(ValidationError):
        return kind.model_validate(STAND_INS[kind] | good)
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


def _expected(error: ErrorDetails, kind: type[Part]) -> str:
    """What a place should hold, in the file's terms."""
    inside = kind
    names = error["loc"] if error["type"] == "model_type" else error["loc"][:-1]
    for name in names:
        inside = INSIDE.get(str(name), inside)
    known = ", ".join(inside.model_fields)
    match error["type"]:
        case "extra_forbidden":
            return f"not known here; known are: {known}"
        case "model_type":
            return f"names with values: {known}"
        case "value_error":
            return str(error["ctx"]["error"])
    return EXPECTED.get(error["type"], error["msg"]).format(**error.get("ctx", {}))


def _check_duplicates(document: Document, entries: Entries) -> None:
    for section, (kind, keys) in SECTIONS.items():
        first: dict[tuple[object, ...], int] = {}
        for n, part in entries.numbered(kind).items():
            if document.is_wrong(*((section, n, name.removesuffix("_key")) for name in keys)):
                continue
            key = tuple(getattr(part, name) for name in keys)
            if key in first:
                line = document.lines[section, first[key]]
                document.mistake(
                    (section, n, keys[-1]),
                    f"another {' and '.join(keys).replace('name_key', 'name')}; line {line} has it",
                )
            first.setdefault(key, n)


def _check_partners(document: Document, entries: Entries) -> None:
    """No organisation stands twice in one part of the page, be it as an alliance's member."""
    partners, seen = entries.numbered(Partner), set()
    for n, partner in partners.items():
        for m, member in enumerate(partner.members):
            if (partner.part, member) in seen:
                document.mistake(("partners", n, "members", m), "each member once")
            seen.add((partner.part, member))
    for n, partner in partners.items():
        if (partner.part, partner.name) in seen:
            document.mistake(("partners", n, "name"), "a name that is no member's already")


def _check_references(document: Document, sections: dict[str, object], entries: Entries) -> None:
    """What names an entry elsewhere names one that is there, be it misshapen."""

    def check(path: Steps, name: str, known: set[str] | None, what: str) -> None:
        if known is not None and name not in known:
            choices = ", ".join(sorted(known)) or f"the file has no {what}s"
            document.mistake(path, f"“{shown(name)}” is no {what} of this file: {choices}")

    affiliations = _names(sections.get("affiliations"), "slug")
    rooms, tracks = _names(sections.get("rooms"), "name"), _names(sections.get("tracks"), "name")
    for n, organisation in entries.numbered(Organisation).items():
        for m, slug in enumerate(organisation.affiliations):
            path = ("organisations", n, "affiliations", m)
            check(path, slug, affiliations, "affiliation")
    for n, session in entries.numbered(Session).items():
        for m, slug in enumerate(session.admits):
            check(("sessions", n, "admits", m), slug, affiliations, "affiliation")
        if session.room is not None:
            check(("sessions", n, "room"), session.room, rooms, "room")
        if session.track is not None:
            check(("sessions", n, "track"), session.track, tracks, "track")


def _names(raws: object, key: str) -> set[str] | None:
    """None where some entry has no readable name, so that nobody knows what it would be."""
    if not isinstance(raws, list | None):
        return None
    found = [raw.get(key) if isinstance(raw, dict) else None for raw in raws or []]
    names = [name for name in found if isinstance(name, str)]
    return set(names) if len(names) == len(found) else None


def _check_dates(document: Document, entries: Entries, frame: Frame, about: About | None) -> None:
    if about and about.registration_closes_at <= about.registration_opens_at:
        document.mistake(("workshop", "registration_closes_at"), "later than it opens")
    if frame.ends_on < frame.starts_on:
        document.mistake(("workshop", "ends_on"), f"{frame.starts_on} or later")
        return
    if (frame.ends_on - frame.starts_on).days >= MOST_DAYS:
        document.mistake(("workshop", "ends_on"), f"{MOST_DAYS} days at most")
    days = {("days", n): day.on for n, day in entries.numbered(Day).items()}
    sessions = {("sessions", n): session.on for n, session in entries.numbered(Session).items()}
    for path, on in (days | sessions).items():
        if not frame.starts_on <= on <= frame.ends_on:
            document.mistake((*path, "on"), f"a day from {frame.starts_on} to {frame.ends_on}")


def _check_clocks(document: Document, entries: Entries, calendar: Calendar) -> None:
    for n, session in _placed(document, entries).items():
        starts_at, ends_at = calendar.span(session)
        for name, clock, at in (
            ("starts", session.starts, starts_at),
            ("ends", session.ends, ends_at),
        ):
            shown_at = at.astimezone(calendar.zone)
            if shown_at.time() != clock:
                document.mistake(
                    ("sessions", n, name),
                    f"a time that exists; clocks go forward on {shown_at.date()}",
                )
        if session.ends <= session.starts:
            document.mistake(("sessions", n, "ends"), f"later than {session.starts:%H:%M}")


def _placed(document: Document, entries: Entries) -> dict[int, Session]:
    """The sessions of which it can be told when they are."""
    return {
        n: session
        for n, session in entries.numbered(Session).items()
        if not document.is_wrong(*(("sessions", n, name) for name in ("on", "starts", "ends")))
    }


def _check_rooms(document: Document, entries: Entries, calendar: Calendar) -> None:
    sessions = _placed(document, entries)
    used: defaultdict[str, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for n, session in sessions.items():
        if session.room is not None and session.starts < session.ends:
            used[session.room].append((*calendar.span(session), n))
    for room, spans in used.items():
        last: tuple[datetime, int] | None = None  # of those that began, who leaves the room last
        for starts_at, ends_at, n in sorted(spans):
            if last and starts_at < last[0]:
                _until, holder = last
                line = document.lines["sessions", holder]
                document.mistake(
                    ("sessions", n, "room"),
                    f"a free room; “{room}” is used by “{sessions[holder].slug}” (line {line})"
                    " at this time",
                )
            if last is None or ends_at > last[0]:
                last = ends_at, n


def _check_access_and_cafes(document: Document, entries: Entries) -> None:
    for n, session in entries.numbered(Session).items():
        path = ("sessions", n)
        knows_access = not document.is_wrong((*path, "access"))
        if knows_access and session.access == "open" and session.admits:
            document.mistake((*path, "admits"), "nobody in particular, since the access is open")
        knows_kind = not document.is_wrong((*path, "kind"), (*path, "cafe"))
        if knows_kind and (session.kind == "world-cafe") != (session.cafe is not None):
            document.mistake(
                (*path, "cafe"), "a café with its tables on sessions of kind world-cafe, only there"
            )
        if session.cafe is not None:
            _check_cafe(document, session.cafe, (*path, "cafe"))


def _check_cafe(document: Document, cafe: Cafe, path: Steps) -> None:
    if cafe.reservations_close_at <= cafe.reservations_open_at:
        document.mistake((*path, "reservations_close_at"), "later than they open")
    numbers = [table.number for table in cafe.tables]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        document.mistake(
            (*path, "tables"), f"tables numbered 1 to {len(numbers)}, each number once"
        )
