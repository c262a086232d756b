"""What participants do about their own registration: change their details, cancel."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.core.refusals import Refused
from registration.access import participant_of
from registration.actions import registering
from registration.actions.deciding import cancel as cancel_registration
from registration.forms import ChangeForm, sensitive_note
from registration.models import Status

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def change(request):
    """Change one's details; what would be verified no longer is told before it is saved."""
    participant = participant_of(request)
    if participant is None or participant.status not in registering.MAY_CHANGE:
        return _back(request, messages.INFO, _("There are no details that you could change now."))
    participant.workshop = request.workshop
    form = ChangeForm(request.POST if request.method == "POST" else None, participant=participant)
    if form.is_bound and form.is_valid():
        try:
            registering.change_details(participant=participant, details=form.details())
        except Refused as refused:
            if refused.code != "organisation-full":
                return _back(request, messages.ERROR, refused.sentence)
            form.add_error("organisation", refused.sentence)
        else:
            return _back(request, messages.SUCCESS, _("Your details are changed."))
    context = {"form": form, "sensitive_note": sensitive_note()}
    return render(request, "registration/change.html", context)


def _back(request, level, sentence):
    messages.add_message(request, level, sentence)
    return redirect("workshop:me", request.workshop.slug)


@form_page
def cancel(request):
    """Say what cancelling means; then, on the button, do it."""
    participant = participant_of(request)
    if participant is None or participant.status == Status.CANCELLED:
        return _back(request, messages.INFO, _("There is no registration to cancel."))
    if request.method != "POST":
        return render(request, "registration/cancel.html", {"participant": participant})
    try:
        cancel_registration(participant=participant, by=request.user)
    except Refused as refused:
        return _back(request, messages.ERROR, refused.sentence)
    return _back(request, messages.SUCCESS, _("Your registration is cancelled."))
