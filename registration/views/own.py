"""What participants do about their own registration: change their details, cancel."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from registration.access import participant_of
from registration.views.changing import cancel_page, change_page

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def change(request: HttpRequest) -> HttpResponse:
    return change_page(request, participant_of(request), back=_me(request))


@form_page
def cancel(request: HttpRequest) -> HttpResponse:
    return cancel_page(request, participant_of(request), back=_me(request))


def _me(request: HttpRequest) -> str:
    return reverse("workshop:me", args=[request.workshop.slug])
