"""What the World Café shows on `me/` and on the organisers' start page."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from registration.viewers import participant_of
from workshop.roles import Area, workshop_ids
from worldcafe.access import free_tables_for, held_by
from worldcafe.models import Cafe


def my_table(request):
    """One's own table; once confirmed and while tables can be had, how to get one."""
    participant, now = participant_of(request), timezone.now()
    if participant is None or not participant.is_confirmed:
        return None
    held = held_by(participant)
    if held:
        session = held.table.cafe.session
        context = {"held": held, "session": session, "is_over": session.ends_at <= now}
        return "worldcafe/_panel_my_table.html", context
    free = free_tables_for(participant, now).count()
    return ("worldcafe/_panel_my_table.html", {"free": free}) if free else None


def tables_at_a_glance(request):
    """How many tables are reserved at each café of the coming workshops the viewer works on."""
    cafes = Cafe.objects.filter(session__workshop__ends_on__gte=timezone.now().date())
    if not request.user.is_superuser:
        mine = workshop_ids(request.user, "view", Area.CAFE)
        cafes = cafes.filter(session__workshop__in=mine)
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


def _glance(cafe: dict) -> dict:
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
