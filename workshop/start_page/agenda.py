"""The programme at a glance."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format

from agenda.models import Session
from foundation.series.models import Workshop
from foundation.series.roles import Area


def programme_at_a_glance(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Return sessions per day and those without a room, of each coming workshop of the viewer's."""
    workshops = Workshop.objects.coming().staffed_by(request.user, "view", Area.PROGRAMME)
    rows: defaultdict[int, list[tuple[datetime, int | None]]] = defaultdict(list)
    for workshop_id, starts_at, room_id in (
        Session.objects.filter(workshop__in=workshops)
        .order_by()
        .values_list("workshop_id", "starts_at", "room_id")
    ):
        rows[workshop_id].append((starts_at, room_id))
    shown = [_glance(workshop, rows[workshop.pk]) for workshop in workshops]
    return ("agenda/_panel_programme.html", {"programmes": shown}) if shown else None


def _glance(workshop: Workshop, rows: list[tuple[datetime, int | None]]) -> dict[str, Any]:
    sessions = f"{reverse('admin:agenda_session_changelist')}?workshop__id__exact={workshop.pk}"
    per_day = Counter(starts_at.astimezone(workshop.zone).date() for starts_at, _room in rows)
    return {
        "workshop": workshop,
        "url": sessions,
        "days": [
            {
                "label": date_format(on, "D j F"),
                "count": per_day[on],
                "url": f"{sessions}&day={on.isoformat()}",
            }
            for on in workshop.dates
        ],
        "roomless": sum(room_id is None for _starts_at, room_id in rows),
        "roomless_url": f"{sessions}&room__isnull=True",
    }
