"""What every template may use."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from foundation.accounts.came_from import came_from
from foundation.series.models import Workshop


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, and the workshop whose page this is, if it is one's.

    The pages of signing in are the workshop's from whose page somebody came. sign_in_next: where
    signing in leads back to from here.
    """
    back_to = _back_to(request)
    workshop = getattr(request, "workshop", None)
    if workshop is None and _is_sign_in(request.resolver_match):
        workshop = _workshop_of(back_to)
    return {"SITE_NAME": settings.SITE_NAME, "workshop": workshop, "sign_in_next": back_to}


def _is_sign_in(match: ResolverMatch | None) -> bool:
    return match is not None and match.view_name.startswith(("account_", "mfa_"))


def _back_to(request: HttpRequest) -> str:
    """This page; of a page of signing in, the one before; never an address with a secret in it."""
    match = request.resolver_match
    if _is_sign_in(match):
        return came_from(request)
    if match and "token" in match.kwargs:
        workshop = getattr(request, "workshop", None)
        return reverse("workshop:me", args=[workshop.slug]) if workshop else ""
    return request.get_full_path()


def _workshop_of(path: str) -> Workshop | None:
    """The published workshop below whose address `path` lies."""
    try:
        slug = resolve(urlsplit(path).path).kwargs.get("workshop")
    except Resolver404:
        return None
    return Workshop.objects.published().filter(slug=slug).first() if slug else None
