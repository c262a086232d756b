"""What `me/` shows of each app: the registration, one's roles, table, agenda and data."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from agenda.grid import days_of
from agenda.listing import entries
from agenda.models import Session
from foundation.core.markup import to_html
from foundation.series.requests import WorkshopRequest
from registration.access import Viewer, participant_of, people_of
from registration.actions.registering import MAY_CHANGE, MAY_REGISTER
from registration.actions.restoring import may_undo
from registration.details_shown import details_of, status_of, with_labels
from registration.models import Status, Submission
from registration.signing_in import proved_address
from registration.status_labels import why_public
from workshop.panels import Panel
from worldcafe.access import free_tables_for, held_by


def my_registration(request: WorkshopRequest) -> tuple[str, dict[str, Any]]:
    """Show status and what comes next, and what the participant told; or the way to register."""
    participant, is_open = participant_of(request), request.workshop.registration_is_open()
    context: dict[str, Any] = {"participant": participant, "may_register": is_open}
    if participant is not None:
        context |= details_of(participant) | {
            "practical": to_html(request.workshop.practical) if participant.is_confirmed else "",
            "may_register": is_open and participant.status in MAY_REGISTER,
            "may_change": participant.status in MAY_CHANGE,
            "may_cancel": participant.status != Status.CANCELLED,
            "may_undo": may_undo(participant, timezone.now()),
        }
        context |= status_of(participant)
    return "registration/_panel_my_registration.html", context


def forms_sent(request: WorkshopRequest) -> tuple[str, dict[str, Any]] | None:
    """Show the forms that wait for whoever just proved that the address is theirs."""
    if not proved_address(request):
        return None
    rows = Submission.objects.waiting().filter(workshop=request.workshop, user=request.user)
    return ("registration/_panel_forms_sent.html", {"forms": forms}) if (forms := [*rows]) else None


def my_people(request: WorkshopRequest) -> tuple[str, dict[str, Any]] | None:
    """Show those whom the reader looks after, if there are any."""
    people = with_labels(people_of(request))
    return ("registration/_panel_my_people.html", {"people": people}) if people else None


def my_table(request: WorkshopRequest) -> tuple[str, dict[str, Any]] | None:
    """Show one's own table; once confirmed and while tables can be had, how to get one."""
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


def my_agenda(request: WorkshopRequest) -> tuple[str, dict[str, Any]] | None:
    """Show what the participant is admitted to, day by day; once confirmed, not as an organiser."""
    participant = participant_of(request)
    if participant is None:
        return None
    context: dict[str, Any] = {"why_public": why_public(participant)}
    if participant.is_confirmed:
        viewer = Viewer.of_participant(participant)
        mine = entries(Session.objects.visible_to(viewer), viewer)
        context["days"] = days_of(request.workshop, [], mine) if mine else []
    return "agenda/_panel_my_agenda.html", context


def my_roles(request: WorkshopRequest) -> tuple[str, dict[str, Any]] | None:
    """Show the roles that the participant has at sessions, once confirmed."""
    participant = participant_of(request)
    if participant is None or not participant.is_confirmed:
        return None
    rows = participant.session_roles.select_related("session").order_by("session__starts_at", "pk")
    return ("agenda/_panel_my_roles.html", {"roles": roles}) if (roles := list(rows)) else None


def my_data(request: WorkshopRequest) -> tuple[str, dict[str, Any]] | None:
    """Show the way to everything that is stored about the participant."""
    if participant_of(request) is None:
        return None
    context = {"kept_days": settings.SENSITIVE_DETAILS_KEPT_DAYS}
    return "registration/_panel_my_data.html", context


PANELS: list[Panel[WorkshopRequest]] = [
    forms_sent,
    my_registration,
    my_people,
    my_roles,
    my_table,
    my_agenda,
    my_data,
]
