"""The organisers' admin: our own start page, sign-in with a second factor, sections in order."""

from functools import wraps
from operator import itemgetter

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _

from workshop.admin_autocomplete import WorkshopAutocomplete
from workshop.admin_base import OperatorsOnly, Scoped
from workshop.models import Workshop
from workshop.panels import render_panels

# Doors that have a better one elsewhere: the address of any row of any workshop, for whoever asks;
# a password changed past allauth's throttle.
CLOSED = {"view_on_site", "password_change", "password_change_done"}


class WorkshopAdminSite(admin.AdminSite):
    site_title = _("Workshop organisers")
    site_header = _("Workshop organisers")
    index_title = _("What waits for you")

    def index(self, request, extra_context=None):
        context = {
            "panels": render_panels("admin", request),
            "workplaces": workplaces_of(request.user),
        }
        return super().index(request, (extra_context or {}) | context)

    def register(self, model_or_iterable, admin_class=None, **options):
        """Screens of ours alone: a library's own (outbox, sign-in) would know no workshop."""
        if admin_class and issubclass(admin_class, (Scoped, OperatorsOnly)):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request, app_label=None):
        """The screens that the user may see, by section; those of one app alone unsectioned."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        found = [[] for _section in settings.ADMIN_SECTIONS]
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
            for number, ((name, _labels), placed) in enumerate(
                zip(settings.ADMIN_SECTIONS, found, strict=True)
            )
            if placed
        ]

    def _place_of(self, model) -> tuple[int, int]:
        """The section of a screen, and where it stands in it."""
        sections = [labels for _name, labels in settings.ADMIN_SECTIONS]
        last, of_app = len(sections) - 1, f"{model._meta.app_label}."
        for number, labels in enumerate(sections):
            if model._meta.label_lower in labels:
                return number, labels.index(model._meta.label_lower)
        if isinstance(self._registry[model], OperatorsOnly):
            return last, len(self._registry)
        homes = (n for n, labels in enumerate(sections) if labels[0].startswith(of_app))
        return next(homes, last), len(self._registry)

    def autocomplete_view(self, request):
        return WorkshopAutocomplete.as_view(admin_site=self)(request)

    def admin_view(self, view, cacheable=False):
        """No address of the admin takes a NUL, which PostgreSQL can't store or look for."""

        @wraps(view)
        def without_nul(request, *args, **kwargs):
            if any("\x00" in value for _key, values in request.GET.lists() for value in values):
                raise BadRequest("NUL in the query")
            return view(request, *args, **kwargs)

        return super().admin_view(without_nul, cacheable)

    def get_urls(self):
        self.login = secure_admin_login(self.login)
        return [entry for entry in super().get_urls() if getattr(entry, "name", None) not in CLOSED]


def workplaces_of(user) -> list[dict]:
    """Where the user works and as what; an operator, at every workshop."""
    if user.is_superuser:
        return [
            {"workshop": workshop, "duty": _("operator")} for workshop in Workshop.objects.all()
        ]
    roles = user.roles.select_related("workshop").order_by("workshop__starts_on", "workshop__slug")
    return [{"workshop": role.workshop, "duty": role.get_duty_display()} for role in roles]
