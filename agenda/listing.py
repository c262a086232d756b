"""What is shown of sessions: as much as the viewer may read, in lists and on their own page.

Pages and feeds are made of the same fields; words for codes are found when they are drawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, cast
from uuid import UUID

from django.contrib.postgres.aggregates import BoolOr
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.models import Session, SessionQuerySet, SignUp
from registration.access import Viewer
from registration.models import Affiliation


@dataclass(frozen=True, slots=True)
class Teaser:
    """All that may be shown of a session to those it does not admit.

    starts_at, ends_at: in the workshop's zone.
    admitted: the names of the affiliations that it admits, where it is restricted.
    """

    public_id: UUID
    slug: str
    title: str
    starts_at: datetime
    ends_at: datetime
    access: str
    admitted: tuple[str, ...]
    is_visible = False

    @property
    def audience(self) -> str:
        """Return who the session is for, or "" where that is every confirmed participant."""
        is_restricted = self.access == Session.Access.RESTRICTED
        return audience_in_words(self.admitted) if is_restricted else ""


@dataclass(frozen=True, slots=True)
class Entry(Teaser):
    """A session that the viewer may read in full, as a list shows it.

    seats: None where people come as they are; taken: how many of them are; mine: one is the
    viewer's. track, room: their names, or "". listing: of a restricted one, told to organisers
    alone: how it is listed to those it does not admit.
    """

    updated_at: datetime
    kind: str
    track: str
    room: str
    seats: int | None
    taken: int
    mine: bool
    listing: str
    is_cancelled: bool
    is_visible = True

    @property
    def kind_in_words(self) -> str:
        """Return the label of the session's kind."""
        return str(Session.Kind(self.kind).label)

    @property
    def restriction_in_words(self) -> str:
        """Return, to an organiser, who reads the session and what all others see of it."""
        if not self.listing:
            return ""
        words = {"locked": _("locked for others"), "hidden": _("hidden from others")}
        return f"{self.audience} ({words[self.listing]})"

    @property
    def facts(self) -> list[str]:
        """Return what a card tells beside title and time: kind, track and room."""
        return [fact for fact in (self.kind_in_words, self.track, self.room) if fact]

    @property
    def seats_in_words(self) -> str:
        """Return how many limited seats are left, or that one is the viewer's."""
        if self.is_cancelled:
            return ""
        if self.mine:
            return _("You have a seat")
        if self.seats is None:
            return ""
        left = max(0, self.seats - self.taken)
        if not left:
            return _("Full")
        return ngettext("%(count)s seat left", "%(count)s seats left", left) % {"count": left}


class SignUps(NamedTuple):
    """How many hold a seat, and if the viewer does."""

    taken: int = 0
    mine: bool = False


class Row(Protocol):
    """A session as `_with_names` reads it: a named row or the session itself."""

    pk: int
    public_id: UUID
    slug: str
    title: str
    starts_at: datetime
    ends_at: datetime
    updated_at: datetime
    access: str
    kind: str
    listing: str
    seats: int | None
    cancelled_at: datetime | None
    is_visible: bool
    track_name: str | None
    room_name: str | None
    admitted: list[str]


class Neighbour(Protocol):
    """A session before or after another: as much as a link to it shows."""

    slug: str
    title: str
    starts_at: datetime
    ends_at: datetime
    is_visible: bool


def entries(sessions: SessionQuerySet, viewer: Viewer) -> list[Teaser | Entry]:
    """Return what may be shown of each of `sessions`, rows of `listed_for(viewer)`, by time.

    Two queries, however many sessions; what is not visible is left behind here.
    """
    rows: list[Row] = list(_with_names(sessions).values_list(*Row.__annotations__, named=True))
    return sorted(_shown(rows, viewer), key=_order)


def find(
    sessions: SessionQuerySet, slug: str, viewer: Viewer
) -> tuple[Teaser | Entry, Session | None] | None:
    """Return one of `sessions`, rows of `listed_for(viewer)`, or None where it isn't listed.

    With it comes its row in full, only where the viewer may read it.
    """
    session = _with_names(sessions).select_related("room").filter(slug=slug).first()
    if session is None:
        return None
    session.workshop = viewer.workshop
    [entry] = _shown([cast(Row, session)], viewer)
    return entry, session if entry.is_visible else None


def renamed(sessions: SessionQuerySet, slug: str) -> str | None:
    """Return the slug of today of one of `sessions`, rows of `listed_for(viewer)`, by a former."""
    found = sessions.filter(former_slugs__slug=slug).values_list("slug", flat=True)
    return found.first()


def neighbours(sessions: SessionQuerySet, slug: str) -> tuple[Neighbour | None, Neighbour | None]:
    """Return what is over before one of `sessions` begins, and what begins when it is over."""
    names = Neighbour.__annotations__
    rows: list[Neighbour] = sorted(sessions.values_list(*names, named=True), key=_order)
    at = next((at for at, row in enumerate(rows) if row.slug == slug), None)
    if at is None:
        return None, None
    here = rows[at]
    before = [row for row in rows if row.ends_at <= here.starts_at]
    after = (row for row in rows if row.starts_at >= here.ends_at)
    return before[-1] if before else None, next(after, None)


def audience_in_words(admitted: Sequence[str]) -> str:
    """Return who a restricted session is for, by the names of the affiliations it admits."""
    if not admitted:
        return _("By invitation only")
    return _("For: %(affiliations)s") % {"affiliations": ", ".join(admitted)}


def _order(entry: Teaser | Neighbour) -> tuple[datetime, datetime, bool, str]:
    """By time; then in the rows' order, by room, but for teasers: theirs would tell the room."""
    is_locked = not entry.is_visible
    return entry.starts_at, entry.ends_at, is_locked, entry.slug if is_locked else ""


def _with_names(sessions: SessionQuerySet) -> SessionQuerySet:
    """The sessions with the names of what they relate to, as a `Row` holds them."""
    admitted = Affiliation.objects.filter(admitted_to=OuterRef("pk")).values("name")
    return sessions.annotate(
        admitted=ArraySubquery(admitted), track_name=F("track__name"), room_name=F("room__name")
    )


def _shown(rows: Sequence[Row], viewer: Viewer) -> list[Teaser | Entry]:
    sign_ups = _sign_ups([row.pk for row in rows if row.seats is not None], viewer)
    return [_entry(row, sign_ups.get(row.pk, SignUps()), viewer) for row in rows]


def _entry(row: Row, sign_ups: SignUps, viewer: Viewer) -> Teaser | Entry:
    zone, is_restricted = viewer.workshop.zone, row.access == Session.Access.RESTRICTED
    teaser = (
        row.public_id,
        row.slug,
        row.title,
        row.starts_at.astimezone(zone),
        row.ends_at.astimezone(zone),
        row.access,
        tuple(row.admitted) if is_restricted else (),
    )
    if not row.is_visible:
        return Teaser(*teaser)
    return Entry(
        *teaser,
        updated_at=row.updated_at,
        kind=row.kind,
        track=row.track_name or "",
        room=row.room_name or "",
        seats=row.seats,
        taken=sign_ups.taken,
        mine=sign_ups.mine,
        listing=row.listing if is_restricted and viewer.reads_all_sessions else "",
        is_cancelled=row.cancelled_at is not None,
    )


def _sign_ups(limited: Iterable[int], viewer: Viewer) -> dict[int, SignUps]:
    """For each of the sessions with limited seats that has sign-ups, what they are."""
    if not limited:
        return {}
    mine = Q(participant=viewer.participant) if viewer.participant else Q(Value(False))
    counted = (
        SignUp.objects.filter(session__in=limited)
        .order_by()
        .values("session_id")
        .annotate(taken=Count("pk"), mine=BoolOr(mine))
        .values_list("session_id", "taken", "mine")
    )
    return {pk: SignUps(taken, bool(mine)) for pk, taken, mine in counted}
