"""What is shown of cafés and their tables: as much as the viewer may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext as _
from django_countries import countries

from agenda.listing import Entry, Teaser, entries
from agenda.models import Session
from registration.access import Viewer, names_people
from registration.models import Status
from worldcafe.models import Cafe, Table


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table as the viewer may read it. state: free, reserved or mine.

    practice, country: of what is presented, or ""; the country by its code. host, organisation: ""
    where people are not named to the viewer.
    """

    pk: int
    cafe_id: int
    number: int
    seats: int
    x: int
    y: int
    note: str
    state: str = "free"
    practice: str = ""
    country: str = ""
    host: str = ""
    organisation: str = ""

    @property
    def state_in_words(self) -> str:
        """Return whether the table is free, reserved or the viewer's own."""
        return {"free": _("free"), "reserved": _("reserved"), "mine": _("yours")}[self.state]

    @property
    def facts(self) -> list[str]:
        """Return what a list tells beside the practice: country, who presents it, the note."""
        country = str(countries.name(self.country)) if self.country else ""
        return [fact for fact in (country, self.host, self.organisation, self.note) if fact]


def cafes_for(viewer: Viewer) -> tuple[list[Cafe], list[Teaser | Entry]]:
    """Return the cafés that the viewer may read in full, and the teasers of those locked."""
    listed = Session.objects.listed_for(viewer).filter(cafe__isnull=False)
    visible, is_any_locked = [], False
    for session in listed.select_related("cafe", "room"):
        session.workshop = viewer.workshop
        is_any_locked |= not session.is_visible
        if session.is_visible:
            visible.append(session.cafe)
    locked = entries(listed.filter(Q(is_visible=False)), viewer) if is_any_locked else []
    return visible, locked


def tables_shown(cafes: Iterable[Cafe], viewer: Viewer) -> list[TableShown]:
    """Return the tables of `cafes`, cafés that the viewer may read, by number. One query."""
    held = FilteredRelation("reservations", condition=Q(reservations__released_at__isnull=True))
    rows = (
        Table.objects.filter(cafe__in=cafes)
        .annotate(held=held)
        .order_by("cafe", "number")
        .values(
            *("pk", "cafe_id", "number", "seats", "x", "y", "note"),
            host_id=F("held__host_id"),
            status=F("held__host__status"),
            is_protected=F("held__host__is_protected"),
            practice=F("held__practice"),
            country=F("held__country"),
            host=F("held__host__badge_name"),
            organisation=F("held__host__organisation__name"),
            other_organisation=F("held__host__other_organisation"),
        )
    )
    return [_shown(row, viewer) for row in rows]


def _shown(row: dict[str, Any], viewer: Viewer) -> TableShown:
    host_id, status, other = (row.pop(key) for key in ("host_id", "status", "other_organisation"))
    is_protected = row.pop("is_protected")
    held = {key: row.pop(key) for key in ("practice", "country", "host", "organisation")}
    if host_id is None:
        return TableShown(**row)
    is_mine = viewer.participant is not None and viewer.participant.pk == host_id
    if names_people(viewer) and status == Status.CONFIRMED and not is_protected:
        held["organisation"] = held["organisation"] or other
    else:
        held |= {"host": "", "organisation": ""}
    return TableShown(**row, **held, state="mine" if is_mine else "reserved")
