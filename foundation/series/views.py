"""The list of workshops. Public."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from foundation.series.facts import dates_in_words, how_far_off
from foundation.series.models import Workshop


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the workshops to come, then those past; lead straight to the only current one."""
    current: list[Workshop] = []
    past: list[Workshop] = []
    for workshop in Workshop.objects.published():
        is_over = workshop.ends_on < _today(workshop)
        (past if is_over else current).append(workshop)
    if len(current) == 1:
        return redirect(current[0])
    shown = {
        "current": [_shown(workshop) for workshop in current],
        "past": [_shown(workshop) for workshop in reversed(past)],
    }
    return render(request, "series/list.html", shown)


def _shown(workshop: Workshop) -> dict[str, object]:
    return {
        "workshop": workshop,
        "dates": dates_in_words(workshop),
        "how_far_off": how_far_off(workshop, _today(workshop)),
    }


def _today(workshop: Workshop) -> date:
    return timezone.localdate(timezone=workshop.zone)
