"""The agenda, one session, and joining or leaving it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agenda import actions
from agenda.access import decide, people_at
from agenda.grid import days_of
from agenda.listing import Entry, entries, find, neighbours, renamed
from agenda.models import Session
from foundation.core.markup import to_html
from foundation.core.refusals import Refused
from foundation.series.requests import WorkshopRequest
from registration.access import Viewer, participant_of
from registration.status_labels import why_public


@login_not_required
@require_safe
def agenda(request: WorkshopRequest) -> HttpResponse:
    """Show all days, or the one asked for; what does not admit the viewer is locked or left out."""
    viewer, wanted = Viewer.of(request), request.GET.get("day", "")
    listed = entries(Session.objects.listed_for(viewer), viewer)
    days = days_of(request.workshop, request.workshop.days.all(), listed)
    chosen = [day for day in days if day.iso == _iso(wanted)]
    context = {
        "days": days,
        "shown": chosen or days,
        "chosen": chosen[0].iso if chosen else None,
        "no_such_day": bool(wanted) and not chosen,
        "has_locked": any(not entry.is_visible for entry in listed),
        "is_empty": not listed,
        "viewer": viewer,
        "participant": participant_of(request),
        "why_public": why_public(participant_of(request)),
    }
    return render(request, "agenda/agenda.html", context)


def _iso(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


@login_not_required
@require_safe
def session(request: WorkshopRequest, session: str) -> HttpResponse:
    """Show one session in full, or its teaser where it does not admit the viewer."""
    viewer = Viewer.of(request)
    listed = Session.objects.listed_for(viewer)
    found = find(listed, session, viewer)
    if found is None:
        return _renamed(request, renamed(listed, session))
    entry, full = found
    previous, following = neighbours(listed, session)
    context = {"entry": entry, "viewer": viewer, "previous": previous, "next": following}
    if full is None or not isinstance(entry, Entry):
        why = {"why_public": why_public(participant_of(request))}
        return render(request, "agenda/teaser.html", context | why)
    return render(request, "agenda/session.html", context | _in_full(request, full, entry))


def _renamed(request: WorkshopRequest, slug: str | None) -> HttpResponse:
    if slug is None:
        raise Http404
    return redirect("agenda:session", request.workshop.slug, slug, permanent=True)


def _in_full(request: WorkshopRequest, full: Session, entry: Entry) -> dict[str, Any]:
    """What only those whom the session admits may read."""
    asks = full.seats is not None and not entry.mine
    return {
        "session": full,
        "text": to_html(full.abstract),
        "people": people_at(full, Viewer.of(request)),
        "decision": decide(full, participant_of(request), timezone.now()) if asks else None,
    }


@require_POST
def sign_up(request: WorkshopRequest, session: str) -> HttpResponse:
    """Take one of the session's limited seats."""
    done = _("You joined this session. It is on your page, too.")
    return _change(request, session, actions.sign_up, done)


@require_POST
def withdraw(request: WorkshopRequest, session: str) -> HttpResponse:
    """Give the seat up."""
    return _change(request, session, actions.withdraw, _("You left this session."))


def _change(
    request: WorkshopRequest, slug: str, act: Callable[..., object], done: str
) -> HttpResponse:
    visible = get_object_or_404(Session.objects.visible_to(Viewer.of(request)), slug=slug)
    participant = participant_of(request)
    if participant is None:
        raise Http404
    try:
        act(session=visible, participant=participant)
        messages.success(request, done)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("agenda:session", request.workshop.slug, slug)
