"""`people/`: what a contact reads and fills in for those they look after.

Every view starts from `people_of`: whom somebody else looks after is not found.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.limits import count
from foundation.core.refusals import Refused
from foundation.series.requests import WorkshopRequest
from registration.access import people_of
from registration.actions import looking_after
from registration.actions.registering import MAY_CHANGE
from registration.actions.restoring import may_undo
from registration.details_shown import details_of, status_of, with_labels
from registration.forms import OwnAddressForm, RegistrationForOtherForm
from registration.models import Participant, Status
from registration.views.changing import cancel_page, change_page, undo_cancelling
from registration.views.proving import form_page
from registration.views.registering import closed, is_open, show_form


@require_safe
def people(request: WorkshopRequest) -> HttpResponse:
    """List those whom the reader looks after, and how the registration of each stands."""
    rows = people_of(request).select_related("organisation")
    context = {
        "people": with_labels(rows),
        "registration_is_open": request.workshop.registration_is_open(),
    }
    return render(request, "registration/people.html", context)


@form_page
def register_person(request: WorkshopRequest) -> HttpResponse:
    """Register somebody else, while registration is open; the organisers have it at once."""
    if not is_open(request):
        return closed(request)
    posted = request.POST if request.method == "POST" else None
    contact = request.user.email
    form = RegistrationForOtherForm(posted, workshop=request.workshop, contact=contact)
    if form.is_bound and form.is_valid():
        person = _register(request, form)
        if person:
            sentence = _("The organisers have the registration of %(name)s.")
            messages.success(request, sentence % {"name": person.badge_name})
            return redirect(page_of(request, person))
    return show_form(request, "registration/register_person.html", form)


def _register(request: WorkshopRequest, form: RegistrationForOtherForm) -> Participant | None:
    """The participant just registered; None where the form says why not."""
    name, own_email = form.cleaned_data["badge_name"], form.cleaned_data["own_email"]
    try:
        count(request, action="register", mailbox=own_email or name)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return None
    try:
        return looking_after.register_as_contact(
            workshop=request.workshop,
            contact=request.user,
            details=form.details(),
            agreed_to=form.agreed_to(),
            own_email=own_email,
        )
    except Refused as refused:
        form.add_error("badge_name", refused.sentence)
        return None


@form_page
def person(request: WorkshopRequest, public_id: UUID) -> HttpResponse:
    """Show one person's form and status; a post gives them an address of their own."""
    found = found_by_contact(request, public_id)
    posted = request.POST if request.method == "POST" else None
    form = OwnAddressForm(posted, participant=found)
    if form.is_bound and form.is_valid() and _give_address(request, form):
        return redirect(page_of(request, found))
    context = (
        details_of(found)
        | status_of(found)
        | {
            "form": form,
            "may_change": found.status in MAY_CHANGE,
            "may_cancel": found.status != Status.CANCELLED,
            "may_undo": may_undo(found, timezone.now()),
            "may_give_address": found.user is None and found.status in MAY_CHANGE,
        }
    )
    return render(request, "registration/person.html", context)


def _give_address(request: WorkshopRequest, form: OwnAddressForm) -> bool:
    address = form.cleaned_data["email"]
    try:
        count(request, action="register", mailbox=address)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return False
    try:
        looking_after.give_own_address(participant=form.participant, address=address)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("We have written to %(email)s.") % {"email": address})
    return True


@form_page
def change_person(request: WorkshopRequest, public_id: UUID) -> HttpResponse:
    found = found_by_contact(request, public_id)
    return change_page(request, found, back=page_of(request, found), is_contact=True)


@form_page
def cancel_person(request: WorkshopRequest, public_id: UUID) -> HttpResponse:
    found = found_by_contact(request, public_id)
    return cancel_page(request, found, back=page_of(request, found), is_contact=True)


@require_POST
def undo_person(request: WorkshopRequest, public_id: UUID) -> HttpResponse:
    found = found_by_contact(request, public_id)
    return undo_cancelling(request, found, back=page_of(request, found))


def found_by_contact(request: WorkshopRequest, public_id: UUID) -> Participant:
    """Return somebody whom the reader looks after; of everybody else it says that nobody is there.

    Raises: Http404.
    """
    rows = people_of(request).select_related("organisation", "user")
    found = get_object_or_404(rows, public_id=public_id)
    found.workshop, found.contact = request.workshop, request.user
    return found


def page_of(request: WorkshopRequest, found: Participant) -> str:
    return reverse("registration:person", args=[request.workshop.slug, found.public_id])
