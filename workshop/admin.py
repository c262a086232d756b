"""The organisers' screen of the workshop itself: what its dates and clock move is asked first."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.backoffice.admin import WorkshopAdmin
from foundation.backoffice.taking import SURE
from foundation.core.refusals import Refused
from foundation.series.models import Workshop
from workshop.moving import Choice, Redating, move_along

ANSWER, BACK = "_moves", "_back"


class AskWhatMoves(Exception):
    """Other dates or another zone are about to be saved, and nobody said what moves along."""

    def __init__(self, choices: list[Choice]) -> None:
        super().__init__("ask what moves")
        self.choices = choices


@admin.register(Workshop)
class MovingWorkshopAdmin(WorkshopAdmin):
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save; where dates or the zone changed, ask first what moves along, saving nothing."""
        screen = self
        if BACK in request.POST:
            screen = type(self)(self.model, self.admin_site)
            screen.refusal = _("Nothing is saved yet.")
        try:
            return super(MovingWorkshopAdmin, screen).changeform_view(
                request, object_id, form_url, extra_context
            )
        except AskWhatMoves as ask:
            return self._question(request, ask.choices)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save it with all that moves along.

        Raises: AskWhatMoves; registration-closes-first; overlap.
        Locks: the workshop, by its form; then its sessions and cafés.
        """
        choice = self._chosen(request, obj) if change else None
        if choice is None:
            super().save_model(request, obj, form, change)
            return
        self._move_registration(obj, choice, form.left_alone)
        super().save_model(request, obj, form, change)
        move_along(workshop=obj, move=choice.move)

    def _chosen(self, request: HttpRequest, workshop: Workshop) -> Choice | None:
        """What becomes of everything that has a time; None where no date and no zone changes."""
        redating = Redating(Workshop.objects.get(pk=workshop.pk), workshop)
        choices = redating.choices
        if not choices:
            return None
        possible = {each.key: each for each in choices if not each.outside}
        if len(choices) == len(possible) == 1:
            return choices[0]
        answer = possible.get(request.POST.get(ANSWER, ""))
        if answer is None:
            raise AskWhatMoves(choices)
        return answer

    def _move_registration(self, workshop: Workshop, choice: Choice, untouched: list[str]) -> None:
        """Move when registration opens and closes; what was typed just now keeps its day."""
        opens_at, closes_at = workshop.registration_opens_at, workshop.registration_closes_at
        now, move = timezone.now(), choice.move
        if not {"registration_opens_at", "registration_closes_at"} <= set(untouched):
            move = move.without_days()
        workshop.registration_opens_at, workshop.registration_closes_at = move.span(
            opens_at, closes_at, now
        )
        if workshop.registration_closes_at <= workshop.registration_opens_at:
            sentence = _(
                "Registration would close before it opens, as it has opened already. Change when "
                "it closes, too."
            )
            raise Refused("registration-closes-first", sentence)

    def _question(self, request: HttpRequest, choices: list[Choice]) -> HttpResponse:
        """Return the page that names what lies outside, and asks, with the same form behind it."""
        context = self.admin_site.each_context(request) | {
            "title": _("What moves along?"),
            "choices": choices,
            "can_answer": any(not each.outside for each in choices),
            "is_asked_again": ANSWER in request.POST,
            "fields": [
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if name not in (SURE, ANSWER, BACK, "csrfmiddlewaretoken")
            ],
            "answer": ANSWER,
            "back": BACK,
        }
        return TemplateResponse(request, "admin/what_moves.html", context)
