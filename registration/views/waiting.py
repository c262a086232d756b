"""What is done on the waiting list: take the seat, say that one can't come, join again.

By the participant on `me/`, or by the contact who looks after them on `people/`. Each is a press on
a button by whoever is signed in: a scanner that opens links changes nothing.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.core.refusals import Refused
from foundation.series.requests import WorkshopRequest
from registration.access import participant_of
from registration.actions import waiting
from registration.models import Participant
from registration.views.people import found_by_contact, page_of


@require_POST
def accept(request: WorkshopRequest, public_id: UUID | None = None) -> HttpResponse:
    """Take the seat that is offered."""
    done = _("The seat is taken: the registration is confirmed.")
    by = request.user
    return _answer(
        request, public_id, lambda mine: waiting.accept_offer(participant=mine, by=by), done
    )


@require_POST
def decline(request: WorkshopRequest, public_id: UUID | None = None) -> HttpResponse:
    """Let the seat go to the next, and cancel the registration."""
    done = _("The registration is cancelled, and the seat goes to the next in line.")
    by = request.user
    return _answer(
        request, public_id, lambda mine: waiting.decline_offer(participant=mine, by=by), done
    )


@require_POST
def join(request: WorkshopRequest, public_id: UUID | None = None) -> HttpResponse:
    """Join the waiting list again, at its end."""
    done = _("Back on the waiting list, at its end.")
    return _answer(request, public_id, lambda mine: waiting.join_again(participant=mine), done)


def _answer(
    request: WorkshopRequest,
    public_id: UUID | None,
    act: Callable[[Participant], object],
    done: str,
) -> HttpResponse:
    """Do it with whom the user is here, or looks after; their page says what came of it."""
    if public_id:
        participant: Participant | None = found_by_contact(request, public_id)
    else:
        participant = participant_of(request)
    if participant is None:
        messages.info(request, _("You are not registered for this workshop."))
        return redirect("workshop:me", request.workshop.slug)
    try:
        act(participant)
    except Refused as refused:
        messages.info(request, refused.sentence)
    else:
        messages.success(request, done)
    if public_id:
        return redirect(page_of(request, participant))
    return redirect("workshop:me", request.workshop.slug)
