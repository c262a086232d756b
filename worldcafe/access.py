"""Who may reserve a table, and what of cafés and tables is told to whom: the one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _

from agenda.access import Teaser, decide, entries
from agenda.models import Session
from foundation.core import clock
from registration.access import Viewer
from registration.models import Participant, Status
from worldcafe.models import Cafe, Reservation, Table


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes, or no with a reason: the code is tested, the sentence shown to the person."""

    code: str
    sentence: str = ""

    def __bool__(self):
        return self.code == "yes"


def may_reserve(
    cafe: Cafe, participant: Participant | None, at: datetime, *, by_organiser: bool = False
) -> Decision:
    """Whether `participant` may hold a table of `cafe`; whether one is free is another question.

    Asked by the form, the page and the action. by_organiser: an organiser reserves for them, who
    may do so before reservations open and after they close.
    """
    window = window_of(cafe, at)
    if window.code == "over" or not (window or by_organiser):
        return window
    decision = decide(cafe.session, participant, at)
    return Decision(decision.code, decision.sentence)


def window_of(cafe: Cafe, at: datetime) -> Decision:
    """Whether tables of `cafe` can be reserved, moved and released by their hosts at that time."""
    if cafe.session.ends_at <= at:
        return Decision("over", _("This World Café is over."))
    if at < cafe.reservations_open_at:
        sentence = _("Reservations open on %(when)s.")
        return Decision(
            "not-open-yet", sentence % {"when": in_words(cafe, cafe.reservations_open_at)}
        )
    if not cafe.reservations_are_open(at):
        sentence = _("Reservations closed on %(when)s.")
        return Decision("closed", sentence % {"when": in_words(cafe, cafe.reservations_close_at)})
    return Decision("yes")


def in_words(cafe: Cafe, at: datetime) -> str:
    """Return a moment by the café's workshop's clock."""
    return clock.moment(at, cafe.session.workshop.zone)


def cafes_for(viewer: Viewer) -> tuple[list[Cafe], list[Teaser]]:
    """The cafés that the viewer may read in full, and the teasers of those locked, by time."""
    listed = Session.objects.listed_for(viewer).filter(cafe__isnull=False)
    visible, is_any_locked = [], False
    for session in listed.select_related("cafe", "room"):
        session.workshop = viewer.workshop
        is_any_locked |= not session.is_visible
        if session.is_visible:
            visible.append(session.cafe)
    locked = entries(listed.filter(is_visible=False), viewer) if is_any_locked else []
    return visible, locked


def shows_people(viewer: Viewer) -> bool:
    """Whether hosts are named: as with a session's people, to those coming and to organisers."""
    return viewer.participant is not None or viewer.reads_all_sessions


@dataclass(frozen=True, slots=True)
class Place:
    """A table as the viewer may read it. state: free, reserved or mine."""

    pk: int
    cafe_id: int
    number: int
    seats: int
    x: int
    y: int
    note: str
    state: str
    practice: str
    country: str
    host: str
    organisation: str


def places_of(cafes: Iterable[Cafe], viewer: Viewer) -> list[Place]:
    """The tables of `cafes`, cafés that the viewer may read, by number. One query."""
    held = FilteredRelation("reservations", condition=Q(reservations__released_at__isnull=True))
    rows = (
        Table.objects.filter(cafe__in=cafes)
        .annotate(held=held)
        .order_by("cafe", "number")
        .values_list(
            "pk",
            "cafe_id",
            "number",
            "seats",
            "x",
            "y",
            "note",
            "held__practice",
            "held__country",
            "held__host_id",
            "held__host__status",
            "held__host__is_protected",
            "held__host__badge_name",
            "held__host__organisation__name",
            "held__host__other_organisation",
        )
    )
    mine = viewer.participant.pk if viewer.participant else None
    return [_place(row, mine, shows_people(viewer)) for row in rows]


def _place(row, mine: int | None, with_people: bool) -> Place:
    *table, practice, country, host_id, status, is_protected, name, organisation, other = row
    if host_id is None:
        return Place(*table, "free", "", "", "", "")
    state = "mine" if host_id == mine else "reserved"
    if not with_people or is_protected or status != Status.CONFIRMED:
        return Place(*table, state, practice, country, "", "")
    return Place(*table, state, practice, country, name, organisation or other)


def held_by(participant: Participant | None) -> Reservation | None:
    """The participant's own table, if they hold one."""
    if participant is None:
        return None
    rows = Reservation.objects.active().filter(host=participant)
    return rows.select_related("table__cafe__session__workshop").first()


def free_tables_for(participant: Participant, at: datetime) -> QuerySet:
    """The free tables that `participant` could reserve or move to, in all cafés now open."""
    if not participant.is_confirmed:
        return Table.objects.none()
    viewer = Viewer(workshop=participant.workshop, participant=participant)
    cafes = Cafe.objects.visible_to(viewer).open_at(at)
    return (
        Table.objects.free()
        .filter(cafe__in=cafes)
        .select_related("cafe__session__workshop")
        .order_by("cafe__session__starts_at", "cafe", "number")
    )
