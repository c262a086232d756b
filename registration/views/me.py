"""A participant's own page, and what they do there about their registration."""

import json

from django.conf import settings
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registration.actions import registering
from registration.actions.deciding import cancel as cancel_registration
from registration.forms import ChangeForm, sensitive_note
from registration.models import Status
from registration.viewers import participant_of
from workshop.audit import record
from workshop.panels import render_panels
from workshop.refusals import Refused

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def me(request):
    """Everything a participant needs: each app shows its own part."""
    return render(request, "registration/me.html", {"panels": render_panels("me", request)})


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
    return redirect("registration:me", request.workshop.slug)


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


@require_safe
def data(request):
    """Everything that is stored about the participant, as a file. It is on record as an export."""
    participant = participant_of(request)
    if participant is None:
        return _back(request, messages.INFO, _("Nothing is stored about you at this workshop."))
    sections = {"workshop": request.workshop.title}
    for name in settings.MY_DATA:
        sections |= import_string(name)(participant)
    record(request, request.workshop, _("Own data downloaded"), participant)
    text = json.dumps(sections, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{request.workshop.slug}-my-data.json"',
        },
    )
