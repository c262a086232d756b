"""Both cafés, one table, and what its presenter does with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agenda.listing import renamed
from agenda.models import Session
from foundation.core.markup import to_html
from foundation.core.refusals import Refused
from foundation.series.requests import WorkshopRequest
from registration.access import Viewer, names_people, participant_of
from registration.models import Participant
from worldcafe import actions
from worldcafe.access import held_by, in_words, may_reserve, window_of
from worldcafe.forms import ElsewhereForm, MoveForm, PracticeForm
from worldcafe.listing import TableShown, cafes_for, tables_shown
from worldcafe.models import Cafe, Reservation, Table
from worldcafe.plan import plan_of


@login_not_required
@require_safe
def cafes(request: WorkshopRequest) -> HttpResponse:
    """Show every café that the viewer may read, drawn and as a list; those locked as teasers."""
    viewer, now = Viewer.of(request), timezone.now()
    visible, locked = cafes_for(viewer)
    tables = tables_shown(visible, viewer) if visible else []
    shown = [
        {
            "cafe": cafe,
            "plan": plan_of(cafe, [table for table in tables if table.cafe_id == cafe.pk]),
            "introduction": to_html(cafe.introduction),
            "window": window_of(cafe, now),
            "closes": in_words(cafe, cafe.reservations_close_at),
        }
        for cafe in visible
    ]
    mine = next((table for table in tables if table.state == "mine"), None)
    context = {
        "cafes": shown,
        "locked": locked,
        "is_open": any(each["window"] for each in shown),
        "mine": mine,
        "cafe_of_mine": next((cafe for cafe in visible if mine and cafe.pk == mine.cafe_id), None),
        "participant": participant_of(request),
    }
    return render(request, "worldcafe/cafes.html", context)


@login_not_required
@require_safe
def table(request: WorkshopRequest, cafe: str, number: int) -> HttpResponse:
    """Show one table: what is presented there, one's own to change, or the form to reserve it."""
    listed = Session.objects.listed_for(Viewer.of(request)).filter(cafe__isnull=False, slug=cafe)
    session = listed.first()
    if session is None:
        now = renamed(Session.objects.listed_for(Viewer.of(request)), cafe)
        if now is None:
            raise Http404
        return redirect("worldcafe:table", request.workshop.slug, now, number, permanent=True)
    if not session.is_visible:
        return redirect("agenda:session", request.workshop.slug, cafe)
    return _table_page(request, _table_of(request, cafe, number))


@require_POST
def reserve(request: WorkshopRequest, cafe: str, number: int) -> HttpResponse:
    """Hold the table, or the one chosen in its stead; what was typed is kept whatever happens."""
    table, participant = _table_of(request, cafe, number), _somebody(request)
    form = (
        ElsewhereForm(request.POST, participant=participant, at=timezone.now())
        if "table" in request.POST
        else PracticeForm(request.POST)
    )
    if not form.is_valid():
        return _form_page(request, table, form)
    typed = _texts_of(form)
    table = form.cleaned_data.get("table", table)
    try:
        held = actions.reserve(table=table, host=participant, **typed)
    except Refused as refused:
        return _not_reserved(request, table, form, refused)
    done = _(
        "%(table)s is yours, and a mail that says so is on its way. You can change your text here."
    )
    messages.success(request, done % {"table": held.table})
    return redirect(held.table)


@require_POST
def change(request: WorkshopRequest, cafe: str, number: int) -> HttpResponse:
    """Change the texts of one's own table, wherever the reservation was moved meanwhile."""
    table = _table_of(request, cafe, number)
    held = held_by(participant_of(request))
    if held is None or not _was_here(held, table):
        return _released_meanwhile(request, table)
    with transaction.atomic():
        form = PracticeForm(request.POST, instance=held)
        if not form.is_valid():
            return _table_page(request, held.table, change_form=form)
        try:
            actions.change(reservation=held, **_texts_of(form))
        except Refused as refused:
            return _table_page(request, held.table, 409, change_form=form, refused=refused)
    messages.success(request, _("Your text is changed."))
    return redirect(held.table)


@require_POST
def move(request: WorkshopRequest, cafe: str, number: int) -> HttpResponse:
    """Take the table chosen instead of one's own."""
    table, participant = _table_of(request, cafe, number), _somebody(request)
    held = _held_here(request, table)
    if held is None:
        return _not_yours(request, table)
    form = MoveForm(request.POST, participant=participant, at=timezone.now())
    if not form.is_valid():
        return _table_page(request, table, move_form=form)
    try:
        held = actions.move(reservation=held, table=form.cleaned_data["table"])
    except Refused as refused:
        return _table_page(request, table, 409, move_form=form, refused=refused)
    done = _("You moved: %(table)s is yours now. A mail that says so is on its way to you.")
    messages.success(request, done % {"table": held.table})
    return redirect(held.table)


@require_POST
def release(request: WorkshopRequest, cafe: str, number: int) -> HttpResponse:
    """Give one's own table back."""
    table = _table_of(request, cafe, number)
    held = _held_here(request, table)
    if held is None:
        return _not_yours(request, table)
    try:
        actions.release(reservation=held)
    except Refused as refused:
        return _table_page(request, table, 409, refused=refused)
    done = _("%(table)s is free again. While reservations are open, you can choose another.")
    messages.success(request, done % {"table": table})
    return redirect("worldcafe:cafes", request.workshop.slug)


def _table_of(request: WorkshopRequest, cafe: str, number: int) -> Table:
    """The table of a café that the viewer may read, else 404."""
    sessions = Session.objects.visible_to(Viewer.of(request)).filter(slug=cafe)
    tables = Table.objects.select_related("cafe__session__room").filter(
        cafe__session__in=sessions, number=number
    )
    table = tables.first()
    if table is None:
        raise Http404
    table.cafe.session.workshop = request.workshop
    return table


def _somebody(request: WorkshopRequest) -> Participant:
    participant = participant_of(request)
    if participant is None:
        raise Http404
    return participant


def _held_here(request: WorkshopRequest, table: Table) -> Reservation | None:
    held = held_by(participant_of(request))
    return held if held and held.table_id == table.pk else None


def _not_yours(request: WorkshopRequest, table: Table) -> HttpResponse:
    """Say so, and where the reader's table is now, if an organiser moved it meanwhile."""
    held = held_by(participant_of(request))
    if held and _was_here(held, table):
        sentence = _("Your table was moved meanwhile: it is %(table)s now. Nothing was changed.")
        messages.error(request, sentence % {"table": held.table})
        return redirect(held.table)
    messages.error(request, _("You don’t hold %(table)s, or not any more.") % {"table": table})
    return redirect(table)


def _was_here(held: Reservation, table: Table) -> bool:
    """Whether a page about this reservation can have been that of `table`."""
    return held.table_id == table.pk or held.history.filter(table=table.pk).exists()


def _released_meanwhile(request: WorkshopRequest, table: Table) -> HttpResponse:
    """Keep what was typed for a table that was released meanwhile: it can go to another."""
    participant = participant_of(request)
    gone = Reservation.objects.filter(host=participant, table=table).first()
    if participant is None or gone is None or held_by(participant):
        return _not_yours(request, table)
    typed = {name: request.POST.get(name, "") for name in PracticeForm.Meta.fields}
    again = ElsewhereForm(initial=typed, participant=participant, at=timezone.now())
    sentence = _("%(table)s was released in the meantime.") % {"table": table}
    return _form_page(request, table, again, 409, refused=Refused("released", sentence))


def _texts_of(form: PracticeForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in PracticeForm.Meta.fields}


def _form_page(
    request: WorkshopRequest, table: Table, form: PracticeForm, status: int = 200, **more: Any
) -> HttpResponse:
    """The form once more: on its table's page, or with the tables to choose from."""
    if isinstance(form, ElsewhereForm):
        if not form.free:
            del form.fields["table"]
        context = {"table": table, "cafe": table.cafe, "form": form} | more
        return render(request, "worldcafe/taken.html", context, status=status)
    return _table_page(request, table, status, form=form, **more)


def _not_reserved(
    request: WorkshopRequest, table: Table, form: PracticeForm, refused: Refused
) -> HttpResponse:
    """The refusal with a way on; a table taken by somebody else in between gives way to others."""
    if refused.code == "yours-already":
        messages.info(request, refused.sentence)
        return redirect(table)
    if refused.code != "just-taken":
        return _table_page(request, table, 409, form=form, refused=refused)
    again = ElsewhereForm(
        initial=form.cleaned_data | {"table": None},
        participant=_somebody(request),
        at=timezone.now(),
    )
    return _form_page(request, table, again, 409, refused=refused)


def _table_page(
    request: WorkshopRequest, table: Table, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of one table; `more` puts bound forms and refusals instead of fresh ones."""
    viewer, cafe = Viewer.of(request), table.cafe
    tables = tables_shown([cafe], viewer)
    at = next((n for n, each in enumerate(tables) if each.pk == table.pk), None)
    if at is None:
        raise Http404
    shown = tables[at]
    context = {
        "table": table,
        "cafe": cafe,
        "shown": shown,
        "previous": tables[at - 1] if at else None,
        "next": tables[at + 1] if at + 1 < len(tables) else None,
        "names_people": names_people(viewer),
        "participant": participant_of(request),
        "window": window_of(cafe, timezone.now()),
        "closes": in_words(cafe, cafe.reservations_close_at),
    }
    if shown.state == "free":
        context |= _to_reserve(request, cafe)
    else:
        context |= _as_held(request, table, shown)
    return render(request, "worldcafe/table.html", context | more, status=status)


def _to_reserve(request: WorkshopRequest, cafe: Cafe) -> dict[str, Any]:
    participant = participant_of(request)
    decision = may_reserve(cafe, participant, timezone.now())
    if participant is None or not decision:
        return {"decision": decision, "held": None, "form": None}
    held = held_by(participant)
    form = None if held else PracticeForm(initial={"country": participant.country})
    return {"decision": decision, "held": held, "form": form}


def _as_held(request: WorkshopRequest, table: Table, shown: TableShown) -> dict[str, Any]:
    reservation = table.reservations.active().first()
    context: dict[str, Any] = {"reservation": reservation}
    if shown.state == "mine" and reservation:
        context |= {
            "change_form": PracticeForm(instance=reservation),
            "move_form": MoveForm(participant=_somebody(request), at=timezone.now()),
        }
    return context
