"""A workshop gets other dates or another zone: what becomes of everything that has a time.

Nothing is saved until it is said. Each answer is a `Choice`; one that would leave something outside
the workshop can't be given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import DateField, ExpressionWrapper, F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.messages import Letters
from agenda.models import Day, Session
from agenda.moving import move_programme
from foundation.core import clock
from foundation.core.clock import Move
from foundation.series.models import Workshop
from registration.actions.losing import record_losses
from registration.messages import notify
from registration.models import Attendance, Loss, Participant
from workshop.messages import WorkshopMoved
from worldcafe.moving import move_cafes

MOST_NAMED = 50


@dataclass(frozen=True)
class Outside:
    """What would lie outside the workshop, and the screen on which it is changed."""

    label: str
    url: str


@dataclass(frozen=True)
class Choice:
    """One answer to what moves along. outside: what it would leave outside the workshop."""

    key: str
    label: str
    move: Move
    outside: list[Outside]

    @property
    def named(self) -> list[Outside]:
        return self.outside[:MOST_NAMED]

    @property
    def more(self) -> int:
        return len(self.outside[MOST_NAMED:])


@dataclass(frozen=True)
class Redating:
    """Other dates or another zone. before, after: the workshop as stored, and as it shall be."""

    before: Workshop
    after: Workshop

    @property
    def by(self) -> timedelta:
        return self.after.starts_on - self.before.starts_on

    @property
    def new_zone(self) -> ZoneInfo:
        return ZoneInfo(self.after.timezone)

    @property
    def is_none(self) -> bool:
        names = ("starts_on", "ends_on", "timezone")
        return all(getattr(self.before, name) == getattr(self.after, name) for name in names)

    @cached_property
    def choices(self) -> list[Choice]:
        """Every answer there is. With only one, and nothing outside, there is nothing to ask."""
        return [] if self.is_none else list(self._choices())

    def _choices(self) -> Iterator[Choice]:
        new_clock = self.before.timezone != self.after.timezone
        days = [True, False] if self.by and self._has_anything() else [False]
        for along in days:
            for keeps_clock in [True, False] if new_clock else [False]:
                read_by = self.before.zone if keeps_clock else self.new_zone
                move = Move(self.by if along else timedelta(0), read_by, self.new_zone)
                labels = [self._label_of_days(along)] if self.by else []
                labels += [self._label_of_clock(keeps_clock, move)] if new_clock else []
                key = f"{'along' if along else 'stay'}-{'clock' if keeps_clock else 'moment'}"
                outside = self._outside(move)
                yield Choice(key, " ".join(labels) or _("Nothing moves."), move, outside)

    def _has_anything(self) -> bool:
        attending = Attendance.objects.filter(participant__workshop=self.before)
        return bool(self._sessions or self._days or attending.exists())

    @cached_property
    def _sessions(self) -> list[Session]:
        names = ("pk", "title", "starts_at", "ends_at", "workshop_id")
        return list(self.before.sessions.only(*names).order_by("starts_at", "pk"))

    @cached_property
    def _days(self) -> list[Day]:
        return list(self.before.days.all())

    def _outside(self, move: Move) -> list[Outside]:
        first, last = self.after.starts_on, self.after.ends_on
        found = []
        for day in self._days:
            on = day.on + move.by
            if not first <= on <= last:
                label = f"{day}, {date_format(on, clock.DAY)}"
                found.append(Outside(label, reverse("admin:agenda_day_change", args=[day.pk])))
        for session in self._sessions:
            starts_at, ends_at = move.at(session.starts_at), move.at(session.ends_at)
            if not (self.after.has_day_of(starts_at) and self.after.is_over_after(ends_at)):
                label = f"{session}, {clock.period(starts_at, ends_at, self.new_zone)}"
                url = reverse("admin:agenda_session_change", args=[session.pk])
                found.append(Outside(label, url))
        return found

    def _label_of_days(self, along: bool) -> str:
        if not along:
            return _("Leave all sessions and days where they are.")
        days = abs(self.by.days)
        later = ngettext("%(days)d day later", "%(days)d days later", days)
        earlier = ngettext("%(days)d day earlier", "%(days)d days earlier", days)
        sentence = _(
            "Move everything along, %(by)s: sessions and days, the days people mean to come, and "
            "when registration and reservations open and close, where that is still to come."
        )
        return sentence % {"by": (later if self.by.days > 0 else earlier) % {"days": days}}

    def _label_of_clock(self, keeps_clock: bool, move: Move) -> str:
        at: datetime = self._sessions[0].starts_at if self._sessions else timezone.now()
        words = {
            "old": date_format(at.astimezone(self.before.zone), clock.CLOCK),
            "new": date_format(at.astimezone(self.new_zone), clock.CLOCK),
            "old_zone": self.before.timezone,
            "new_zone": self.after.timezone,
        }
        if keeps_clock:
            sentence = _("Keep the clock on the wall: %(old)s stays %(old)s, now in %(new_zone)s.")
        else:
            sentence = _(
                "Keep the moment: %(old)s in %(old_zone)s becomes %(new)s in %(new_zone)s."
            )
        return sentence % words


@transaction.atomic
def move_along(*, workshop: Workshop, move: Move) -> None:
    """Move all that has a time along with `workshop`, which was just saved, and tell who knows it.

    Everybody who is coming is told other dates; another clock, those with a seat, a role or a table
    at what is still to come. Each gets one message. Invitations stay good until the moment that
    their mail names.

    Raises: overlap.
    Locks: the workshop is the caller's; its sessions, then its cafés.
    """
    if not move:
        return
    why, letters = _why(move), Letters()
    move_programme(workshop=workshop, move=move, why=why, letters=letters)
    move_cafes(workshop=workshop, move=move, why=why, letters=letters)
    people = {each.pk: each for each in letters.people()}
    if move.by:
        _move_attendances(workshop, move.by)
        people |= {each.pk: each for each in _told_of_dates(workshop)}
    for participant in people.values():
        lines = letters.lines_for(participant)
        notify(WorkshopMoved(participant=participant, lines=lines))


def _why(move: Move) -> str:
    if move.by:
        days = ngettext("%(days)+d day", "%(days)+d days", abs(move.by.days))
        return _("moved along with the workshop, %(by)s") % {"by": days % {"days": move.by.days}}
    return _("the workshop’s time zone changed")


def _move_attendances(workshop: Workshop, by: timedelta) -> None:
    """Let those who meant to come on the second day still come on it, unproved forms included."""
    moved = ExpressionWrapper(F("on") + by.days, output_field=DateField())
    Attendance.objects.filter(participant__workshop=workshop).update(on=moved)
    for sent in workshop.submissions.filter(closed_at=None):
        sent.move_days(by)


def _told_of_dates(workshop: Workshop) -> list[Participant]:
    """Everybody who is coming, with the new dates put on record; nobody once it is over."""
    if workshop.ends_on < timezone.now().astimezone(workshop.zone).date():
        return []
    people = list(workshop.participants.confirmed().select_related("workshop", "user", "contact"))
    words = {
        "workshop": workshop,
        "first": clock.day(workshop.starts_on, workshop.zone),
        "last": clock.day(workshop.ends_on, workshop.zone),
    }
    what = _("%(workshop)s: from %(first)s to %(last)s now") % words
    moved = {"kind": Loss.Kind.MOVED, "what": what, "ref": workshop.pk}
    record_losses([Loss(participant=each, **moved) for each in people])
    return people
