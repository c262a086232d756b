"""What the owner of an address is asked: whether a form, or a registration, is theirs."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation.core import clock
from foundation.core.refusals import Refused
from foundation.series.requests import WorkshopRequest
from registration.actions import looking_after, proving
from registration.details_shown import sent_details_of
from registration.links import (
    has_given_sign_in,
    participant_of_own_address,
    sign_in_path,
    submission_of_token,
)
from registration.models import Submission
from registration.signing_in import proved_address

form_page = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@never_cache
@form_page
def verify(request: WorkshopRequest, token: str) -> HttpResponse:
    """Prove an address by a button behind the mailed link: mail scanners follow links as well."""
    submission = submission_of_token(request.workshop, token)
    return _decide(request, submission) if submission else void(request)


@never_cache
@form_page
def sent_form(request: WorkshopRequest, public_id: UUID) -> HttpResponse:
    """Ask whoever signed in by a mailed code about a form that was sent with their address."""
    if not proved_address(request):
        return redirect("workshop:me", request.workshop.slug)
    theirs = Submission.objects.filter(workshop=request.workshop, user=request.user)
    submission = get_object_or_404(theirs, public_id=public_id)
    is_open = submission.closed_at or submission.is_good
    return _decide(request, submission) if is_open else void(request)


def _decide(request: WorkshopRequest, submission: Submission) -> HttpResponse:
    """Show what was sent, and let its reader confirm or erase it; once done, say so for good."""
    submission.workshop = request.workshop
    if submission.closed_at:
        return _closed(request, submission)
    if request.method != "POST":
        return render(request, "registration/verify.html", sent_details_of(submission))
    erases = "erase" in request.POST
    try:
        (proving.discard if erases else proving.prove)(submission=submission)
    except Refused as refused:
        submission.refresh_from_db()
        return _closed(request, submission, refused.sentence)
    if erases:
        return redirect(request.path)
    return redirect("registration:received", request.workshop.slug)


def _closed(request: WorkshopRequest, submission: Submission, refused: str = "") -> HttpResponse:
    """Tell what became of a form; whose it was, and who has its place, is told to nobody."""
    zone, closed_at = request.workshop.zone, submission.closed_at
    context = {
        "is_confirmed": submission.participant_id is not None,
        "closed_on": clock.day(closed_at, zone) if closed_at else "",
        "refused": refused,
    }
    return render(request, "registration/form_closed.html", context)


@login_not_required
@never_cache
@form_page
def own_address(request: WorkshopRequest, token: str) -> HttpResponse:
    """Give somebody who was registered by their contact a sign-in of their own, on a button."""
    participant = participant_of_own_address(request.workshop, token)
    if participant is None and has_given_sign_in(request.workshop, token):
        return render(request, "registration/own_address_confirmed.html")
    if participant is None:
        return void(request)
    context: dict[str, object] = {"participant": participant}
    if request.method == "POST":
        try:
            looking_after.prove_own_address(participant=participant)
        except Refused as refused:
            context["refused"] = refused.sentence
        else:
            return redirect(sign_in_path(request.workshop))
    return render(request, "registration/own_address.html", context)


def void(request: WorkshopRequest, typed: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    """Show the one page for every link that is too old, replaced or forged; not which.

    typed: what was written into its form, each with its label: nobody loses it.
    No 404, which Django would log with its address: a link may be good for somebody still.
    """
    return render(request, "registration/void_link.html", {"typed": typed})
