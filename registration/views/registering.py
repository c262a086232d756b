"""The public forms, and registering from an invitation."""

from contextlib import suppress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.limits import count
from foundation.core import clock
from foundation.core.markup import to_html
from foundation.core.refusals import Refused
from foundation.series.requests import WorkshopRequest
from registration.access import participant_of
from registration.actions import looking_after, registering
from registration.forms import InvitedForm, PublicForOtherForm, RegistrationForm, sensitive_note
from registration.forms.registering import AgreedForm
from registration.links import invitation_of_token, sign_in_path, used_invitation_of_token
from registration.models import Invitation, Participant, Status
from registration.signing_in import proved_address
from registration.status_labels import STATUS_LABELS
from registration.views import sent_before
from registration.views.proving import form_page, void

SENT, ACCEPTED = "registration-sent", "invitation-accepted"


@login_not_required
@form_page
def register(request: WorkshopRequest) -> HttpResponse:
    """Take the form for everybody, while it is open; one answer, whosever the address is.

    Whoever signed in by a mailed code, and registers with that address, needs no link.
    """
    participant = participant_of(request)
    if participant and participant.status not in registering.MAY_REGISTER:
        return redirect("workshop:me", request.workshop.slug)
    if not is_open(request):
        return closed(request)
    own = request.user.email if request.user.is_authenticated else ""
    initial = {"email": own} | sent_before.answers_again(request)
    form = RegistrationForm(_posted(request), workshop=request.workshop, initial=initial)
    if not (form.is_bound and form.is_valid()):
        return show_form(request, "registration/register.html", form)
    email = form.cleaned_data["email"]
    try:
        count(request, action="register", mailbox=email)
    except Refused as refused:
        return _too_often(request, "registration/register.html", form, refused)
    return _register(request, form)


def _register(request: WorkshopRequest, form: RegistrationForm) -> HttpResponse:
    workshop, email = request.workshop, form.cleaned_data["email"]
    details, agreed_to = form.details(), form.agreed_to()
    if email == proved_address(request):
        with suppress(Refused):  # pressed twice: the first is the registration
            registering.register_proved(
                workshop=workshop, user=request.user, details=details, agreed_to=agreed_to
            )
        return redirect("registration:received", workshop.slug)
    registering.register(workshop=workshop, email=email, details=details, agreed_to=agreed_to)
    return _sent(request, email)


@login_not_required
@form_page
def register_other(request: WorkshopRequest) -> HttpResponse:
    """Take the form for everybody who registers somebody else; the link goes to the contact.

    Whoever is signed in needs no link: they look after people on `people/`.
    """
    if request.user.is_authenticated:
        return redirect("registration:register_person", request.workshop.slug)
    if not is_open(request):
        return closed(request)
    initial = sent_before.answers_again(request)
    form = PublicForOtherForm(_posted(request), workshop=request.workshop, initial=initial)
    if not (form.is_bound and form.is_valid()):
        return show_form(request, "registration/register_person.html", form)
    contact = form.cleaned_data["contact_email"]
    try:
        count(request, action="register", mailbox=contact)
    except Refused as refused:
        return _too_often(request, "registration/register_person.html", form, refused)
    looking_after.register_for_other(
        workshop=request.workshop,
        contact=contact,
        details=form.details(),
        agreed_to=form.agreed_to(),
        own_email=form.cleaned_data["own_email"],
    )
    return _sent(request, contact)


def _sent(request: WorkshopRequest, email: str) -> HttpResponse:
    _remember(request, SENT, email)
    sent_before.keep(request)
    return redirect("registration:sent", request.workshop.slug)


def _too_often(
    request: WorkshopRequest, template: str, form: AgreedForm, refused: Refused
) -> HttpResponse:
    form.add_error(None, refused.sentence)
    return show_form(request, template, form, status=429)


def _remember(request: WorkshopRequest, name: str, value: str) -> None:
    """Keep, in the visitor's session, what the page after a form is to say; never in its address.

    A stranger's session ends with the link that they were mailed, and with it what it remembers.
    """
    request.session[f"{name}-{request.workshop.pk}"] = value
    if not request.user.is_authenticated:
        request.session.set_expiry(settings.VERIFY_LINK_GOOD_FOR)


def _remembered(request: WorkshopRequest, name: str) -> str | None:
    value: str | None = request.session.get(f"{name}-{request.workshop.pk}")
    return value


@login_not_required
@never_cache
@require_safe
def sent(request: WorkshopRequest) -> HttpResponse:
    """Say what to do now that the form was sent; the same whosever the address is."""
    email = _remembered(request, SENT)
    if email is None:
        return redirect("registration:register", request.workshop.slug)
    context = {
        "email": email,
        "good_for": settings.VERIFY_LINK_GOOD_FOR,
        "form_again": sent_before.way_back(request),
    }
    return render(request, "registration/sent.html", context)


def _posted(request: WorkshopRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def is_open(request: WorkshopRequest) -> bool:
    """Return whether the form can be opened now or, where it is sent, could be an hour ago."""
    asks, now = request.workshop.registration_is_open, timezone.now()
    return clock.for_sent_form(asks, now) if request.method == "POST" else asks(now)


def closed(request: WorkshopRequest) -> HttpResponse:
    """Say when registration opens, or that it closed."""
    context = {
        "contacts": request.workshop.contacts.all(),
        "opens_later": request.workshop.registration_opens_at > timezone.now(),
    }
    return render(request, "registration/closed.html", context)


def show_form(
    request: WorkshopRequest, template: str, form: AgreedForm, status: int = 200, **context: object
) -> HttpResponse:
    """Show a form with the texts that it asks to agree to."""
    context |= {
        "form": form,
        "sensitive_note": sensitive_note(),
        "code_of_conduct": to_html(request.workshop.code_of_conduct),
        "data_notice": to_html(request.workshop.data_notice),
        "sign_in_path": sign_in_path(request.workshop),
    }
    return render(request, template, context, status=status)


@login_not_required
@require_safe
def received(request: WorkshopRequest) -> HttpResponse:
    """Say what happens now that an organiser has the registration."""
    return render(request, "registration/received.html")


@login_not_required
@never_cache
@form_page
def register_invited(request: WorkshopRequest, token: str) -> HttpResponse:
    """Register from a personal link; open until it expires, whenever public registration is."""
    invitation = invitation_of_token(request.workshop, token, is_sent=request.method == "POST")
    if invitation is None:
        return _good_no_longer(request, used_invitation_of_token(request.workshop, token))
    invitation.workshop = request.workshop  # whose texts the page shows
    participant = registering.registration_of(invitation)
    if participant is not None:
        return _accept_onto(request, invitation, participant)
    form = InvitedForm(_posted(request), invitation=invitation)
    if not (form.is_bound and form.is_valid()):
        return show_form(request, "registration/register_invited.html", form, invitation=invitation)
    try:
        registering.accept_invitation(
            invitation=invitation,
            details=form.details(),
            agreed_to=form.agreed_to(),
        )
    except Refused as refused:  # somebody was faster
        if invitation_of_token(request.workshop, token, is_sent=True) is None:
            return _good_no_longer(request, used_invitation_of_token(request.workshop, token))
        form.add_error(None, refused.sentence)
        return show_form(request, "registration/register_invited.html", form, invitation=invitation)
    return redirect("registration:received", request.workshop.slug)


def _good_no_longer(request: WorkshopRequest, used: Invitation | None) -> HttpResponse:
    """Say that it was accepted, and when; else that it is void, with what was typed, to copy."""
    if used and used.used_at:
        used_on = clock.day(used.used_at, request.workshop.zone)
        return render(request, "registration/invitation_used.html", {"used_on": used_on})
    return void(request, typed=sent_before.typed_in(request.POST))


def _accept_onto(
    request: WorkshopRequest, invitation: Invitation, participant: Participant
) -> HttpResponse:
    """One button for whoever is registered already: nothing that they told is overwritten."""
    context = {"participant": participant, "affiliations": invitation.affiliations.all()}
    if request.method != "POST":
        return render(request, "registration/accept_invitation.html", context)
    try:
        accepted = registering.accept_onto_registration(invitation=invitation)
    except Refused:
        return redirect(request.path)
    _remember(request, ACCEPTED, accepted.status)
    return redirect("registration:invitation_accepted", request.workshop.slug)


@login_not_required
@never_cache
@require_safe
def invitation_accepted(request: WorkshopRequest) -> HttpResponse:
    """Show how the registration stands that an invitation was accepted onto."""
    status = _remembered(request, ACCEPTED)
    if status is None:
        return redirect("workshop:me", request.workshop.slug)
    context = {"label": STATUS_LABELS[Status(status)]}
    return render(request, "registration/invitation_accepted.html", context)
