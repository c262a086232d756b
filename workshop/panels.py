"""Pages that belong to every app: `me/` and the organisers' start page.

Each app offers panels, functions of a request that return (template name, context) or None where
they have nothing to say. `settings.PANELS` names them in order, so no app imports another for it.
"""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString


def render_panels(page: str, request) -> list[SafeString]:
    """The panels of `page` that have something to say to this request, rendered in order."""
    offered = (import_string(name)(request) for name in settings.PANELS[page])
    return [
        render_to_string(template, context, request) for template, context in filter(None, offered)
    ]
