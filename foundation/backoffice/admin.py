"""The organisers' screens for the Workshop itself, and the operators' for roles."""

from typing import Any

from django.contrib import admin
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.backoffice.audited import AuditedAdmin
from foundation.backoffice.countries import country_name
from foundation.backoffice.filters import ChoicesInUse
from foundation.backoffice.forms import ScopedForm
from foundation.backoffice.scope import OperatorsOnly
from foundation.backoffice.scoped import ScopedAdmin
from foundation.core import clock
from foundation.series.models import AccessRecord, Contact, Partner, Resource, Role, Workshop
from foundation.series.roles import Area


class WorkshopAdmin(AuditedAdmin):
    """Registered with what knows the programme (`workshop.admin`): dates and zone move it."""

    area = Area.WORKSHOP
    workshop_path = ""
    list_display = ["title", "starts_on", "ends_on", "city", "registration", "is_published"]
    search_fields = ["title", "city"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (_("What it is"), {"fields": ["title", "theme", "region", "summary", "about"]}),
        (
            _("Who sees it"),
            {
                "fields": ["is_published", "slug"],
                "description": _(
                    "Published, everybody can read its pages, and the agenda as far as each is "
                    "admitted. Not published, nobody finds it. The short name is part of every "
                    "address: once links are out, leave it as it is."
                ),
            },
        ),
        (
            _("When and where"),
            {
                "fields": [
                    ("starts_on", "ends_on"),
                    "timezone",
                    "venue",
                    "venue_address",
                    ("city", "country"),
                ]
            },
        ),
        (
            _("Registration"),
            {"fields": ["registration_opens_at", "registration_closes_at", "seats"]},
        ),
        (_("For those who come"), {"fields": ["practical"], "classes": ["collapse"]}),
        (
            _("What participants agree to"),
            {
                "fields": ["code_of_conduct", "data_notice"],
                "classes": ["collapse"],
                "description": _(
                    "Each wording is kept with the consents given to it. A changed text is a new "
                    "version by itself, and asked for anew on every form sent from then on."
                ),
            },
        ),
    ]

    @admin.display(description=_("registration is open"), boolean=True)
    def registration(self, workshop: Workshop) -> bool:
        return workshop.registration_is_open()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser


class PartAdmin(ScopedAdmin):
    """What is shown on a workshop's pages, in lists of their own: there can be dozens."""

    area = Area.WORKSHOP
    list_select_related = ["workshop"]
    ordering = ["workshop", "position", "pk"]


@admin.register(Partner)
class PartnerAdmin(PartAdmin):
    list_display = ["name", "part", "member_of", "position", "workshop"]
    list_filter = ["workshop", ("part", ChoicesInUse)]
    list_select_related = ["workshop", "member_of"]
    search_fields = ["name"]
    fields = ["workshop", "part", "name", "url", "text", "member_of", "position"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ScopedForm]:
        """Offer as an alliance only who is no member itself."""
        form = super().get_form(request, obj, change=change, **kwargs)
        alliances = form.base_fields.get("member_of")
        if isinstance(alliances, ModelChoiceField) and alliances.queryset is not None:
            alliances.queryset = alliances.queryset.filter(member_of=None)
            if obj:
                alliances.queryset = alliances.queryset.exclude(pk=obj.pk)
        return form


@admin.register(Contact)
class ContactAdmin(PartAdmin):
    list_display = ["role", "name", "email", "position", "workshop"]
    list_filter = ["workshop"]
    search_fields = ["role", "name", "email"]
    fields = ["workshop", "role", "name", "email", "position"]


@admin.register(Resource)
class ResourceAdmin(PartAdmin):
    list_display = ["title", "kind", country_name, "languages", "position", "workshop"]
    list_filter = ["workshop", ("kind", ChoicesInUse), ("country", ChoicesInUse)]
    search_fields = ["title", "languages"]
    fields = ["workshop", "kind", "title", "country", "languages", "url", "position"]


@admin.register(Role)
class RoleAdmin(OperatorsOnly, AuditedAdmin):
    area = Area.WORKSHOP
    list_display = ["user", "workshop", "duty"]
    list_filter = ["workshop", "duty"]
    list_select_related = ["user", "workshop"]
    search_fields = ["user__email", "user__name"]
    autocomplete_fields = ["user"]


@admin.register(AccessRecord)
class AccessRecordAdmin(ScopedAdmin):
    """Read, never changed: not even by operators."""

    area = Area.SENSITIVE
    list_display = ["when", "user", "what", "about", "address", "workshop"]
    list_filter = ["workshop"]
    list_select_related = ["user", "workshop"]
    search_fields = ["what", "about", "user__email"]
    date_hierarchy = "at"

    @admin.display(description=_("when"), ordering="at")
    def when(self, record: AccessRecord) -> str:
        return clock.moment(record.at, record.workshop.zone)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
