"""What the organisers' admin is built on: our screens alone, sign-in with a second factor."""

from collections.abc import Iterable
from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from foundation.backoffice.autocomplete import WorkshopAutocomplete
from foundation.backoffice.scope import OperatorsOnly, Scoped
from foundation.backoffice.taking import V, asks_first
from foundation.series.models import Workshop
from foundation.series.roles import Staff

# Doors that have a better one elsewhere: the address of any row of any workshop, for whoever asks;
# a password changed past allauth's throttle.
CLOSED = {"view_on_site", "password_change", "password_change_done"}


class BackofficeSite(admin.AdminSite):
    site_title = _("Workshop organisers")
    site_header = _("Workshop organisers")
    index_title = _("What waits for you")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        context = {"workplaces": workplaces_of(request.user)}
        return super().index(request, (extra_context or {}) | context)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Take screens of ours alone: a library's own (sign-in) would know no workshop."""
        if admin_class and issubclass(admin_class, (Scoped, OperatorsOnly)):
            super().register(model_or_iterable, admin_class, **options)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, WorkshopAutocomplete.as_view(admin_site=self)(request))

    def admin_view(self, view: V, cacheable: bool = False) -> V:
        """Ask before a form takes away what people hold."""
        return super().admin_view(asks_first(view, self.each_context), cacheable)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [entry for entry in super().get_urls() if getattr(entry, "name", None) not in CLOSED]


def workplaces_of(user: Staff) -> list[dict[str, Any]]:
    """Return where the user works and as what; an operator, at every workshop."""
    if user.is_superuser:
        return [
            {"workshop": workshop, "duty": _("operator")} for workshop in Workshop.objects.all()
        ]
    roles = user.roles.select_related("workshop").order_by("workshop__starts_on", "workshop__slug")
    return [{"workshop": role.workshop, "duty": role.get_duty_display()} for role in roles]
