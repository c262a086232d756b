"""Changing and cancelling a registration: one's own, or that of somebody one looks after."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.core.refusals import Refused
from foundation.series.requests import WorkshopRequest
from registration.actions import registering
from registration.actions.deciding import cancel
from registration.actions.restoring import undo_cancellation
from registration.forms import ChangeForm, ChangeOtherForm, sensitive_note
from registration.models import Participant, Status


def change_page(
    request: WorkshopRequest,
    participant: Participant | None,
    *,
    back: str,
    is_contact: bool = False,
) -> HttpResponse:
    """Change what was told; what would be verified no longer is told before it is saved.

    back: where to go afterwards. is_contact: whether the reader looks after `participant`.
    """
    if participant is None or participant.status not in registering.MAY_CHANGE:
        sentence = _("There are no details that you could change now.")
        return go_back(request, back, messages.INFO, sentence)
    participant.workshop = request.workshop
    form_class = ChangeOtherForm if is_contact else ChangeForm
    form = form_class(request.POST if request.method == "POST" else None, participant=participant)
    if form.is_bound and _change(form):
        return go_back(request, back, messages.SUCCESS, _("The details are changed."))
    context = {"form": form, "sensitive_note": sensitive_note(), "back": back}
    return render(request, "registration/change.html", context | _about(participant, is_contact))


@transaction.atomic
def _change(form: ChangeForm) -> bool:
    """Save what was typed; where the form says why not, it keeps what was typed."""
    if not form.is_valid():
        return False
    try:
        registering.change_details(participant=form.participant, details=form.details())
    except Refused as refused:
        beside = "organisation" if refused.code == "organisation-full" else None
        form.add_error(beside, refused.sentence)
        return False
    return True


def cancel_page(
    request: WorkshopRequest,
    participant: Participant | None,
    *,
    back: str,
    is_contact: bool = False,
) -> HttpResponse:
    """Say what cancelling means; then, on the button, do it."""
    if participant is None or participant.status == Status.CANCELLED:
        return go_back(request, back, messages.INFO, _("There is no registration to cancel."))
    if request.method != "POST":
        context = {"participant": participant, "back": back} | _about(participant, is_contact)
        return render(request, "registration/cancel.html", context)
    try:
        cancel(participant=participant, by=request.user)
    except Refused as refused:
        return go_back(request, back, messages.ERROR, refused.sentence)
    sentence = _("The registration is cancelled. You can undo this for 24 hours.")
    return go_back(request, back, messages.SUCCESS, sentence)


def undo_cancelling(
    request: WorkshopRequest, participant: Participant | None, *, back: str
) -> HttpResponse:
    """Undo a cancellation of one's own, and say what came back and what did not."""
    if participant is None:
        return go_back(request, back, messages.INFO, _("There is no registration to bring back."))
    try:
        brought = undo_cancellation(participant=participant, by=request.user)
    except Refused as refused:
        return go_back(request, back, messages.ERROR, refused.sentence)
    told = " ".join([_("The registration is back."), *brought.in_words()])
    return go_back(request, back, messages.SUCCESS, told)


def go_back(request: WorkshopRequest, back: str, level: int, sentence: str) -> HttpResponse:
    messages.add_message(request, level, sentence)
    return redirect(back)


def _about(participant: Participant, is_contact: bool) -> dict[str, object]:
    return {"looked_after": participant if is_contact else None}
