"""One workshop's page, which is public; and what was typed into a form after a session's end."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_countries.fields import Country

from foundation.core.markup import to_html
from foundation.series.facts import dates_in_words, how_far_off, zone_in_words
from foundation.series.models import Partner, Resource
from foundation.series.requests import WorkshopRequest
from registration.registration_link import registration_link
from workshop import kept_forms


@login_not_required
@require_safe
def workshop(request: WorkshopRequest) -> HttpResponse:
    """Show what the workshop is, when, where, who organises it, what to read, how to register."""
    shown = request.workshop
    partners = shown.partners.filter(member_of=None).prefetch_related("members")
    context = {
        "dates": dates_in_words(shown),
        "how_far_off": how_far_off(shown, timezone.localdate()),
        "zone": zone_in_words(shown),
        "about": to_html(shown.about),
        "code_of_conduct": to_html(shown.code_of_conduct),
        "data_notice": to_html(shown.data_notice),
        "partners": [each for each in partners if each.part != Partner.Part.DONOR],
        "donors": [each for each in partners if each.part == Partner.Part.DONOR],
        "contacts": shown.contacts.all(),
        "registration_link": registration_link(request),
    }
    return render(request, "workshop/home.html", context | _to_read(shown.resources.all()))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kept_form(request: HttpRequest) -> HttpResponse:
    """Show what was sent after the session had ended, to be sent now; a post forgets it."""
    kept = kept_forms.kept_for(request)
    if kept is None:
        return redirect("home")
    if request.method == "POST":
        kept_forms.forget(request)
        return redirect(kept.before)
    return render(request, "workshop/kept_form.html", {"kept": kept})


def _to_read(resources: Iterable[Resource]) -> dict[str, object]:
    """Group the resources as the page shows them: by country, then data insights, then the rest."""
    by_country: defaultdict[Country, list[Resource]] = defaultdict(list)
    insights, others = [], []
    for resource in resources:
        if resource.country:
            by_country[resource.country].append(resource)
        elif resource.kind == Resource.Kind.INSIGHT:
            insights.append(resource)
        else:
            others.append(resource)
    return {"countries": by_country.items(), "insights": insights, "others": others}
