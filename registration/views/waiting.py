"""What participants do on the waiting list: take the seat, say that they can't come, join again.

Each is a press on a button by whoever is signed in: a scanner that opens links changes nothing.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.core.refusals import Refused
from registration.access import participant_of
from registration.actions import waiting
from registration.models import Participant


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Take the seat that is offered."""
    done = _("The seat is yours: you are confirmed.")
    return _answer(request, lambda mine: waiting.accept_offer(participant=mine, by=mine.user), done)


@require_POST
def decline(request: HttpRequest) -> HttpResponse:
    """Let the seat go to the next, and cancel the registration."""
    done = _("Your registration is cancelled, and the seat goes to the next in line.")
    return _answer(
        request, lambda mine: waiting.decline_offer(participant=mine, by=mine.user), done
    )


@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Join the waiting list again, at its end."""
    done = _("You are on the waiting list again.")
    return _answer(request, lambda mine: waiting.join_again(participant=mine), done)


def _answer(request: HttpRequest, act: Callable[[Participant], object], done: str) -> HttpResponse:
    """Do it with the participant whom the user is here; their own page says what came of it."""
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
    return redirect("workshop:me", request.workshop.slug)
