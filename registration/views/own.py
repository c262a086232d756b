"""What participants do about their own registration: change their details, cancel, undo that."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from foundation.series.requests import WorkshopRequest
from registration.access import participant_of
from registration.views.changing import cancel_page, change_page, undo_cancelling

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def change(request: WorkshopRequest) -> HttpResponse:
    return change_page(request, participant_of(request), back=_me(request))


@form_page
def cancel(request: WorkshopRequest) -> HttpResponse:
    return cancel_page(request, participant_of(request), back=_me(request))


@require_POST
def undo(request: WorkshopRequest) -> HttpResponse:
    return undo_cancelling(request, participant_of(request), back=_me(request))


def _me(request: WorkshopRequest) -> str:
    return reverse("workshop:me", args=[request.workshop.slug])
