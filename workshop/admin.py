"""The organisers' screens for the Workshop itself, and the operators' for roles."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from workshop.admin_base import OperatorsOnly, ScopedAdmin, ScopedHistoryAdmin, ScopedInline
from workshop.models import AccessRecord, Contact, Partner, Resource, Role, Workshop
from workshop.roles import Area


class PartnerInline(ScopedInline, admin.StackedInline):
    model = Partner
    area = Area.WORKSHOP
    parent_workshop_path = ""


class ContactInline(ScopedInline, admin.TabularInline):
    model = Contact
    area = Area.WORKSHOP
    parent_workshop_path = ""


class ResourceInline(ScopedInline, admin.TabularInline):
    model = Resource
    area = Area.WORKSHOP
    parent_workshop_path = ""


@admin.register(Workshop)
class WorkshopAdmin(ScopedHistoryAdmin):
    area = Area.WORKSHOP
    workshop_path = ""
    list_display = ["title", "starts_on", "ends_on", "city", "is_published"]
    search_fields = ["title", "city"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [PartnerInline, ContactInline, ResourceInline]

    def has_add_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser


@admin.register(Role)
class RoleAdmin(OperatorsOnly, SimpleHistoryAdmin):
    list_display = ["user", "workshop", "duty"]
    list_filter = ["workshop", "duty"]
    autocomplete_fields = ["user"]


@admin.register(AccessRecord)
class AccessRecordAdmin(ScopedAdmin):
    """Read, never changed: not even by operators."""

    area = Area.SENSITIVE
    list_display = ["at", "user", "what", "about", "address", "workshop"]
    list_select_related = ["user", "workshop"]
    date_hierarchy = "at"

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission
