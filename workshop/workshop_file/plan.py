"""What a file says, ready to be checked and written: its entries, and when things are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from foundation.core.clock import on_the_wall
from workshop.workshop_file.schema import About, Part, Session

P = TypeVar("P", bound=Part)


@dataclass(frozen=True)
class Calendar:
    """The workshop's dates and clock: everything in the file moves by the same whole days."""

    zone: ZoneInfo
    moved_by: timedelta

    def on(self, day: date) -> date:
        """Return the date that a day of the file becomes."""
        return day + self.moved_by

    def at(self, clock: datetime) -> datetime:
        """Return the moment that a date and a time of the file become."""
        return on_the_wall(clock + self.moved_by, self.zone)

    def span(self, session: Session) -> tuple[datetime, datetime]:
        """Return when a session starts and when it ends."""
        starts, ends = (
            datetime.combine(session.on, session.starts),
            datetime.combine(session.on, session.ends),
        )
        return self.at(starts), self.at(ends)


@dataclass(frozen=True)
class Entries:
    """The well-shaped entries of a file's lists: by their kind, each under its number there."""

    by_kind: dict[type[Part], dict[int, Part]]

    def numbered(self, kind: type[P]) -> dict[int, P]:
        """Return the entries of a kind in the file's order, each under its number, from 0."""
        return {n: part for n, part in self.by_kind[kind].items() if isinstance(part, kind)}

    def all(self, kind: type[P]) -> list[P]:
        """Return the entries of a kind in the file's order."""
        return list(self.numbered(kind).values())


@dataclass(frozen=True)
class Plan:
    """A file without mistakes."""

    about: About
    calendar: Calendar
    entries: Entries
