"""Which rights a role at a workshop brings. One question: `may(user, right, area, workshop)`.

An area is a part of the organisers' work; every admin class of ours names the one it belongs to.
`change` includes `view`. What a role doesn't name, it doesn't have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from foundation.series.models import Workshop

Right = Literal["view", "change"]
# Whoever is behind a request: the user model stands on a higher floor, and may be nobody.
Staff = Any


class Area(models.TextChoices):
    WORKSHOP = "workshop", _("workshop, partners, resources")
    PEOPLE = "people", _("participants, organisations, invitations")
    SENSITIVE = "sensitive", _("dietary, access and other sensitive details")
    PROTECTED = "protected", _("protected participants, under their names")
    PROGRAMME = "programme", _("days, rooms, sessions in full, and who is admitted")
    CAFE = "cafe", _("World Café tables and reservations")


class Duty(models.TextChoices):
    """The roles a member of staff can hold at a workshop."""

    ORGANISER = "organiser", _("organiser")
    PROGRAMME = "programme", _("programme")
    DESK = "desk", _("registration desk")
    LOGISTICS = "logistics", _("logistics")
    READ_ONLY = "read-only", _("read-only")


RIGHTS: dict[Duty, dict[Area, Right]] = {
    Duty.ORGANISER: dict.fromkeys(Area, "change"),
    Duty.PROGRAMME: {
        Area.WORKSHOP: "view",
        Area.PEOPLE: "view",
        Area.PROGRAMME: "change",
        Area.CAFE: "change",
    },
    Duty.DESK: {Area.WORKSHOP: "view", Area.PEOPLE: "change"},
    Duty.LOGISTICS: {
        Area.WORKSHOP: "view",
        Area.PEOPLE: "view",
        Area.SENSITIVE: "view",
        Area.PROGRAMME: "view",
        Area.CAFE: "change",
    },
    Duty.READ_ONLY: {area: "view" for area in Area if area not in (Area.SENSITIVE, Area.PROTECTED)},
}


def may(user: Staff, right: Right, area: Area, workshop: Workshop | None = None) -> bool:
    """Return whether `user` has `right` in `area` of `workshop`.

    Without a workshop: whether they have it at any. Superusers, who are operators, have all.
    """
    if not (user.is_active and user.is_staff):
        return False
    if user.is_superuser:
        return True
    at = workshop_ids(user, right, area)
    return bool(at) if workshop is None else workshop.pk in at


def workshop_ids(user: Staff, right: Right, area: Area) -> set[int]:
    """Return the keys of the workshops where a role of `user` brings `right` in `area`.

    A superuser has no roles: `Workshop.objects.staffed_by` knows both.
    """
    return {
        workshop_id
        for workshop_id, duty in _duties(user)
        if RIGHTS[duty].get(area) in ("change", right)
    }


def _duties(user: Staff) -> list[tuple[int, Duty]]:
    """The user's roles, read once a request: the user object lives no longer."""
    if not user.is_staff:
        return []
    if not hasattr(user, "_duties"):
        roles = user.roles.values_list("workshop_id", "duty")
        user._duties = [(workshop_id, Duty(duty)) for workshop_id, duty in roles]
    duties: list[tuple[int, Duty]] = user._duties
    return duties
