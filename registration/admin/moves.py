"""The moves of a registration as organisers see them: in the list, and as buttons on a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from foundation.backoffice.parts import Part
from foundation.backoffice.scoped import ScopedAdmin, act_on_each
from foundation.backoffice.taking import Consequence, note
from registration.actions import deciding
from registration.actions.listing import list_organisation
from registration.actions.restoring import BroughtBack, can_restore, restore
from registration.models import Participant, Status
from registration.status import can_become

Action = Callable[[ScopedAdmin, HttpRequest, QuerySet[Participant]], HttpResponse | None]


@dataclass(frozen=True)
class Move:
    """label: on the button; done: said of so many; asks: it takes something, a page asks first."""

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
    Move(
        "restore",
        _("Undo the cancellation"),
        _("Back to what they were: %(count)s. Each gets a mail."),
        restore,
        can_restore,
    ),
]


def possible(participant: Participant) -> list[Move]:
    """Return the moves that the status of `participant` allows now."""
    return [move for move in MOVES if move.is_possible(participant)]


def make(move: Move, participant: Participant, screen: ScopedAdmin, request: HttpRequest) -> None:
    """Make a move, and say what came back with one that was undone."""
    result = move.act(participant=participant, by=request.user)
    for sentence in result.in_words() if isinstance(result, BroughtBack) else ():
        screen.message_user(request, f"{participant}: {sentence}")


def list_action(move: Move) -> Action:
    """Return `move` as an action of the list.

    A long selection is worked off in parts, each with a page that goes on to the next.
    """

    @admin.action(description=move.label, permissions=["change"])
    def act(
        modeladmin: ScopedAdmin, request: HttpRequest, queryset: QuerySet[Participant]
    ) -> HttpResponse | None:
        part = Part.of(request, queryset)
        if part.left and move.asks:
            _note_others(queryset, part)
        act_on_each(
            modeladmin,
            request,
            part.rows(queryset),
            lambda participant: make(move, participant, modeladmin, request),
            str(move.done),
        )
        return part.page(modeladmin, request, move) if part.left else None

    act.__name__ = move.name
    return act


def _note_others(queryset: QuerySet[Participant], part: Part) -> None:
    """Tell on the page that asks how many more it is about, and bind it to these very people."""
    workshop = queryset[0].workshop
    what = _("The same goes for %(count)d more of those chosen.") % {"count": len(part.left)}
    note(Consequence(workshop=workshop, what=what, key=f"others:{part.left}"))
