"""The organisers' admin: its start page, and its screens in the order of the work."""

from operator import itemgetter
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from foundation.backoffice.scope import OperatorsOnly
from foundation.backoffice.site import BackofficeSite
from workshop.panels import render_panels
from workshop.start_page import PANELS

# A screen that isn't named comes last in the first section of its app; the operators' alone, in
# the last section.
SECTIONS = [
    (
        _("Who is coming"),
        [
            "registration.participant",
            "registration.invitation",
            "registration.organisation",
            "registration.affiliation",
        ],
    ),
    (
        _("Programme"),
        ["agenda.session", "agenda.day", "agenda.room", "agenda.track", "agenda.signup"],
    ),
    (_("World Café"), ["worldcafe.cafe", "worldcafe.table", "worldcafe.reservation"]),
    (
        _("Workshop"),
        ["series.workshop", "series.partner", "series.contact", "series.resource"],
    ),
    (_("On record"), ["mail.message", "series.accessrecord"]),
    (_("For operators"), ["accounts.user", "series.role"]),
]


class WorkshopAdminSite(BackofficeSite):
    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        context = {"panels": render_panels(PANELS, request)}
        return super().index(request, context | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the screens that the user may see, by section; those of one app unsectioned."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        found: list[list[Any]] = [[] for _section in SECTIONS]
        for app in apps:
            for screen in app["models"]:
                section, position = self._place_of(screen["model"])
                found[section].append((position, screen["name"], screen))
        return [
            {
                "app_label": f"section-{number}",
                "name": name,
                "models": [screen for *_place, screen in sorted(placed, key=itemgetter(0, 1))],
            }
            for number, ((name, _labels), placed) in enumerate(zip(SECTIONS, found, strict=True))
            if placed
        ]

    def _place_of(self, model: type[Model]) -> tuple[int, int]:
        """Return the section of a screen, and where it stands in it."""
        sections = [labels for _name, labels in SECTIONS]
        for number, labels in enumerate(sections):
            if model._meta.label_lower in labels:
                return number, labels.index(model._meta.label_lower)
        number = self._section_of_unnamed(model)
        return number, len(sections[number])

    def _section_of_unnamed(self, model: type[Model]) -> int:
        last, of_app = len(SECTIONS) - 1, f"{model._meta.app_label}."
        if isinstance(self.get_model_admin(model), OperatorsOnly):
            return last
        homes = (n for n, (_name, labels) in enumerate(SECTIONS) if labels[0].startswith(of_app))
        return next(homes, last)
