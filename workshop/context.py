"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, and the workshop whose page this is, if it is one's."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "workshop": getattr(request, "workshop", None),
    }
