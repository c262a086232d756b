"""The moves of a registration as organisers see them: in the list, and as buttons on a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from foundation.backoffice.scoped import ScopedAdmin, act_on_each
from registration.actions import deciding
from registration.actions.listing import list_organisation
from registration.models import Participant, Status
from registration.status import can_become

Action = Callable[[ScopedAdmin, HttpRequest, QuerySet[Participant]], HttpResponse | None]


@dataclass(frozen=True)
class Move:
    """label: on the button; done: said of so many; asks: first shows who it is about."""

    name: str
    label: Any
    done: Any
    act: Callable[..., object]
    is_possible: Callable[[Participant], bool]
    asks: bool = False


def _to(status: Status) -> Callable[[Participant], bool]:
    return lambda participant: can_become(participant, status)


def _has_claims(participant: Participant) -> bool:
    return participant.participant_affiliations.filter(verified_at=None).exists()


MOVES = [
    Move(
        "confirm",
        _("Confirm"),
        _("Confirmed: %(count)s. Each gets a mail."),
        deciding.confirm,
        _to(Status.CONFIRMED),
    ),
    Move(
        "confirm_verified",
        _("Verify claimed affiliations and confirm"),
        _("Verified and confirmed: %(count)s. Each gets a mail."),
        deciding.confirm_verified,
        lambda participant: (
            (can_become(participant, Status.CONFIRMED) or participant.is_confirmed)
            and _has_claims(participant)
        ),
    ),
    Move(
        "put_on_waiting_list",
        _("Put on the waiting list"),
        _("Put on the waiting list: %(count)s. Each gets a mail."),
        deciding.put_on_waiting_list,
        _to(Status.WAITING),
    ),
    Move(
        "list_organisation",
        _("Add to the list of organisations"),
        _("Put on the list of organisations: %(count)s."),
        list_organisation,
        lambda participant: bool(
            participant.other_organisation and not participant.organisation_id
        ),
    ),
    Move(
        "decline",
        _("Decline"),
        _("Declined: %(count)s. Each gets a mail."),
        deciding.decline,
        _to(Status.DECLINED),
        asks=True,
    ),
    Move(
        "cancel",
        _("Cancel the registration"),
        _("Cancelled: %(count)s. Each gets a mail."),
        deciding.cancel,
        _to(Status.CANCELLED),
        asks=True,
    ),
]


def possible(participant: Participant) -> list[Move]:
    """Return the moves that the status of `participant` allows now."""
    return [move for move in MOVES if move.is_possible(participant)]


def list_action(move: Move) -> Action:
    """Return `move` as an action of the list."""

    @admin.action(description=move.label, permissions=["change"])
    def act(
        modeladmin: ScopedAdmin, request: HttpRequest, queryset: QuerySet[Participant]
    ) -> HttpResponse | None:
        if move.asks and "sure" not in request.POST:
            return _ask(modeladmin, request, queryset, move)
        act_on_each(
            modeladmin,
            request,
            queryset,
            lambda participant: move.act(participant=participant, by=request.user),
            str(move.done),
        )
        return None

    act.__name__ = move.name
    return act


def _ask(
    modeladmin: ScopedAdmin, request: HttpRequest, queryset: QuerySet[Participant], move: Move
) -> HttpResponse:
    context = modeladmin.admin_site.each_context(request) | {
        "title": move.label,
        "move": move,
        "participants": [(each, move.is_possible(each)) for each in queryset],
        "opts": modeladmin.opts,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/registration/participant/are_you_sure.html", context)
