"""The agenda, one session, and taking or giving back a place at it."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agenda import actions
from agenda.access import decide, entries, find, neighbours
from agenda.grid import days_of, places_of
from agenda.models import Session
from foundation.core.markup import to_html
from foundation.core.refusals import Refused
from registration.access import participant_of, viewer_of


@login_not_required
@require_safe
def agenda(request):
    """All days, or the one asked for; what the viewer is not admitted to is locked or left out."""
    viewer, wanted = viewer_of(request), request.GET.get("day", "")
    listed = entries(Session.objects.listed_for(viewer), viewer)
    days = days_of(request.workshop, request.workshop.days.all(), listed)
    chosen = [day for day in days if day["iso"] == _iso(wanted)]
    context = {
        "days": days,
        "shown": chosen or days,
        "chosen": chosen[0]["iso"] if chosen else None,
        "no_such_day": bool(wanted) and not chosen,
        "has_locked": any(not entry.is_visible for entry in listed),
        "is_empty": not listed,
        "viewer": viewer,
        "participant": participant_of(request),
    }
    return render(request, "agenda/agenda.html", context)


def _iso(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


@login_not_required
@require_safe
def session(request, session):
    """One session in full, or its teaser where it does not admit the viewer."""
    viewer = viewer_of(request)
    listed = Session.objects.listed_for(viewer)
    found = find(listed, session, viewer)
    if found is None:
        raise Http404
    entry, full = found
    previous, following = neighbours(listed, session)
    context = {"entry": entry, "viewer": viewer, "previous": previous, "next": following}
    if full is None:
        return render(request, "agenda/teaser.html", context)
    return render(request, "agenda/session.html", context | _in_full(request, viewer, full, entry))


def _in_full(request, viewer, full, entry) -> dict:
    """What only those whom the session admits may read."""
    asks = full.seats is not None and not entry.mine
    return {
        "session": full,
        "text": to_html(full.abstract),
        "people": full.people_for(viewer),
        "places": places_of(entry),
        "decision": decide(full, participant_of(request), timezone.now()) if asks else None,
    }


@require_POST
def sign_up(request, session):
    """Take one of the session's limited places."""
    return _change_place(
        request, session, actions.sign_up, _("You have a place. It is on your page, too.")
    )


@require_POST
def withdraw(request, session):
    """Give the place back."""
    return _change_place(
        request, session, actions.withdraw, _("You have given your place back. Thank you.")
    )


def _change_place(request, slug, act, done):
    visible = get_object_or_404(Session.objects.visible_to(viewer_of(request)), slug=slug)
    participant = participant_of(request)
    if participant is None:
        raise Http404
    try:
        act(session=visible, participant=participant)
        messages.success(request, done)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("agenda:session", request.workshop.slug, slug)
