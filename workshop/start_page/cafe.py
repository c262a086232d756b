"""The World Cafés' tables at a glance."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from foundation.series.models import Workshop
from foundation.series.roles import Area
from worldcafe.models import Cafe


def tables_at_a_glance(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Return how many tables are reserved at each café of the viewer's coming workshops."""
    workshops = Workshop.objects.coming().staffed_by(request.user, "view", Area.CAFE)
    cafes = Cafe.objects.filter(session__workshop__in=workshops)
    is_active = Q(
        tables__reservations__isnull=False, tables__reservations__released_at__isnull=True
    )
    counted = (
        cafes.annotate(
            total=Count("tables", distinct=True),
            reserved=Count("tables", filter=is_active, distinct=True),
        )
        .order_by("session__workshop__starts_on", "session__workshop", "session__starts_at")
        .values("pk", "session__title", "session__workshop__title", "total", "reserved")
    )
    rows = [_glance(cafe) for cafe in counted]
    return ("worldcafe/_panel_tables.html", {"cafes": rows}) if rows else None


def _glance(cafe: Mapping[str, Any]) -> dict[str, Any]:
    tables, reservations = (
        reverse(f"admin:worldcafe_{model}_changelist") for model in ("table", "reservation")
    )
    return {
        "workshop": cafe["session__workshop__title"],
        "title": cafe["session__title"],
        "total": cafe["total"],
        "reserved": cafe["reserved"],
        "tables_url": f"{tables}?cafe={cafe['pk']}",
        "reservations_url": f"{reservations}?cafe={cafe['pk']}&state=active",
    }
