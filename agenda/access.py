"""Who may see and enter what: the one place.

`entries` makes of listed rows what may be shown; `decide` says who may come in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.contrib.postgres.aggregates import BoolOr
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.models import Session, SessionQuerySet, SignUp
from registration.access import Viewer
from registration.models import Affiliation, Participant

# The names of the affiliations that a session admits.
ADMITTED = ArraySubquery(Affiliation.objects.filter(admitted_to=OuterRef("pk")).values("name"))


@dataclass(frozen=True, slots=True)
class Teaser:
    """All that may be shown of a session to those it does not admit.

    starts_at, ends_at: in the workshop's zone.
    audience: who the session is for, empty where that is every confirmed participant.
    """

    slug: str
    title: str
    starts_at: datetime
    ends_at: datetime
    audience: str
    is_visible = False


@dataclass(frozen=True, slots=True)
class Entry(Teaser):
    """A session that the viewer may read in full, as a list shows it.

    seats: None where people come as they are; taken: how many places are; mine: the viewer's is.
    """

    kind: str
    track: str
    room: str
    seats: int | None
    taken: int
    mine: bool
    is_visible = True

    @property
    def seats_left(self) -> int:
        return max(0, self.seats - self.taken)


def entries(sessions: SessionQuerySet, viewer: Viewer) -> list[Teaser | Entry]:
    """What may be shown of each of `sessions`, rows of `listed_for(viewer)`, by time.

    Two queries, however many sessions; what is not visible is left behind here.
    """
    rows = sessions.values_list(
        "pk",
        "slug",
        "title",
        "starts_at",
        "ends_at",
        "access",
        ADMITTED,
        "is_visible",
        "kind",
        F("track__name"),
        F("room__name"),
        "seats",
    )
    return sorted(_entries(list(rows), viewer), key=_place)


def find(
    sessions: SessionQuerySet, slug: str, viewer: Viewer
) -> tuple[Teaser | Entry, Session | None] | None:
    """One of `sessions`, rows of `listed_for(viewer)`, and its row in full only where visible.

    None where it isn't listed.
    """
    found = sessions.select_related("room", "track").annotate(admitted=ADMITTED)
    session = found.filter(slug=slug).first()
    if session is None:
        return None
    session.workshop = viewer.workshop
    row = (
        session.pk,
        session.slug,
        session.title,
        session.starts_at,
        session.ends_at,
        session.access,
        session.admitted,
        session.is_visible,
        session.kind,
        session.track.name if session.track else None,
        session.room.name if session.room else None,
        session.seats,
    )
    [entry] = _entries([row], viewer)
    return entry, session if entry.is_visible else None


def neighbours(sessions: SessionQuerySet, slug: str) -> tuple:
    """What comes before and after one of `sessions` where `entries` lists them, or None."""
    rows = sessions.values_list("slug", "title", "starts_at", "ends_at", "is_visible", named=True)
    listed = [None, *sorted(rows, key=_place), None]
    at = next((at for at, row in enumerate(listed) if row and row.slug == slug), None)
    return (listed[at - 1], listed[at + 1]) if at else (None, None)


def _place(entry):
    """By time; then in the rows' order, by room, but for teasers: theirs would tell the room."""
    is_locked = not entry.is_visible
    return entry.starts_at, entry.ends_at, is_locked, entry.slug if is_locked else ""


def _entries(rows: list[tuple], viewer: Viewer) -> list[Teaser | Entry]:
    limited = [pk for pk, *_rest, seats in rows if seats is not None]
    taken = _places_taken(limited, viewer)
    kinds = {value: str(label) for value, label in Session.Kind.choices}
    audience = cache(audience_of)
    return [_entry(row, taken, kinds, audience, viewer.workshop.zone) for row in rows]


def _entry(row, taken, kinds, audience_of, zone) -> Teaser | Entry:
    pk, slug, title, starts_at, ends_at, access, admitted, is_visible, *rest = row
    audience = audience_of(tuple(admitted)) if access == Session.Access.RESTRICTED else ""
    shown = (slug, title, starts_at.astimezone(zone), ends_at.astimezone(zone), audience)
    if not is_visible:
        return Teaser(*shown)
    kind, track, room, seats = rest
    return Entry(*shown, kinds[kind], track or "", room or "", seats, *taken.get(pk, (0, False)))


def audience_of(affiliations: Sequence[str]) -> str:
    """Who a restricted session is for, in words."""
    if not affiliations:
        return _("By invitation only")
    return _("For: %(affiliations)s") % {"affiliations": ", ".join(affiliations)}


def _places_taken(limited: list[int], viewer: Viewer) -> dict[int, tuple[int, bool]]:
    """For each of the `limited` sessions with sign-ups: how many, and if one is the viewer's."""
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
    return {pk: (taken, bool(mine)) for pk, taken, mine in counted}


SENTENCES = {
    "yes": gettext_lazy("You can come in."),
    "not-confirmed": gettext_lazy("This is for participants whose registration is confirmed."),
    "affiliation": gettext_lazy(
        "This session is for certain affiliations, and none of yours that is verified is among "
        "them. Write to the organisers if you think that it should be."
    ),
    "invitation-only": gettext_lazy("This session is for people invited by name."),
    "over": gettext_lazy("This session is over."),
    "full": gettext_lazy("All places of this session are taken."),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes, or no with a reason: the code is tested, the sentence shown to the person."""

    code: str

    def __bool__(self):
        return self.code == "yes"

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code])


def decide(session: Session, participant: Participant | None, at: datetime) -> Decision:
    """Whether `participant` may enter `session`, which begins with being admitted to see it.

    Asked by sign-up, café reservation and check-in. Whoever holds a place is never told "full".
    Counts: for the last place to be given once, hold the session's row locked while asking.
    """
    return Decision(_reason(session, participant, at) or "yes")


def _reason(session, participant, at) -> str | None:
    if participant is None or participant.workshop_id != session.workshop_id:
        return "not-confirmed"
    if not participant.is_confirmed:
        return "not-confirmed"
    viewer = Viewer(workshop=session.workshop, participant=participant)
    if not Session.objects.visible_to(viewer).filter(pk=session.pk).exists():
        return "affiliation" if session.affiliations.exists() else "invitation-only"
    if session.ends_at <= at:
        return "over"
    if session.seats is not None:
        holders = set(session.sign_ups.values_list("participant_id", flat=True))
        if len(holders) >= session.seats and participant.pk not in holders:
            return "full"
    return None
