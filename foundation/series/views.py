"""The list of workshops. Public."""

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
    current, past = [], []
    for workshop in Workshop.objects.published():
        today = timezone.localdate(timezone=workshop.zone)
        shown = {
            "workshop": workshop,
            "dates": dates_in_words(workshop),
            "how_far_off": how_far_off(workshop, today),
        }
        (current if workshop.ends_on >= today else past).append(shown)
    if len(current) == 1:
        return redirect(current[0]["workshop"])
    return render(request, "series/list.html", {"current": current, "past": past[::-1]})
