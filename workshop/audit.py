"""Reads of sensitive details and exports: who, what, about whom, from where."""

from django.apps import apps
from django.conf import settings


def client_address(request) -> str | None:
    """The caller's address; X-Forwarded-For is believed only from as many proxies as are ours."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.TRUSTED_PROXIES and forwarded:
        chain = [part.strip() for part in forwarded.split(",")]
        return chain[-min(settings.TRUSTED_PROXIES, len(chain))]
    return request.META.get("REMOTE_ADDR") or None


def record(request, workshop, what: str, about="") -> None:
    """Put one read of sensitive details, or one export, on record."""
    apps.get_model("workshop", "AccessRecord").objects.create(
        workshop=workshop,
        user=request.user,
        what=what[:200],
        about=str(about)[:200],
        address=client_address(request),
    )
