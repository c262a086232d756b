"""Pages put together from parts: `me/` and the organisers' start page.

A panel is a function of a request that returns (template name, context), or None where it has
nothing to say.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

R = TypeVar("R", bound=HttpRequest)
Panel = Callable[[R], tuple[str, dict[str, Any]] | None]


def render_panels(panels: Iterable[Panel[R]], request: R) -> list[SafeString]:
    """Return the panels that have something to say to this request, rendered in order."""
    offered = filter(None, (panel(request) for panel in panels))
    return [render_to_string(template, context, request) for template, context in offered]
