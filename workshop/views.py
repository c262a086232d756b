"""The list of workshops, one workshop's page, and the health check. All public."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workshop.facts import dates_in_words, how_far_off, zone_in_words
from workshop.models import Partner, Resource, Workshop
from workshop.panels import render_panels
from workshop.texts import to_html


@login_not_required
@require_safe
def home(request):
    """The workshops to come, then those past; straight to the only current one."""
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
    return render(request, "workshop/list.html", {"current": current, "past": past[::-1]})


@login_not_required
@require_safe
def workshop(request):
    """What the workshop is, when, where, who is behind it, what to read, and how to register."""
    shown = request.workshop
    behind = shown.partners.filter(member_of=None).prefetch_related("members")
    context = {
        "dates": dates_in_words(shown),
        "how_far_off": how_far_off(shown, timezone.localdate()),
        "zone": zone_in_words(shown),
        "about": to_html(shown.about),
        "code_of_conduct": to_html(shown.code_of_conduct),
        "data_notice": to_html(shown.data_notice),
        "partners": [each for each in behind if each.part != Partner.Part.DONOR],
        "donors": [each for each in behind if each.part == Partner.Part.DONOR],
        "contacts": shown.contacts.all(),
        "panels": render_panels("workshop", request),
    }
    return render(request, "workshop/home.html", context | _to_read(shown.resources.all()))


def _to_read(resources) -> dict:
    """The resources as the page groups them: by country, then data insights, then the rest."""
    by_country, insights, others = {}, [], []
    for resource in resources:
        if resource.country:
            by_country.setdefault(resource.country, []).append(resource)
        elif resource.kind == Resource.Kind.INSIGHT:
            insights.append(resource)
        else:
            others.append(resource)
    return {"countries": by_country.items(), "insights": insights, "others": others}


@login_not_required
@require_safe
def healthz(request):
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
