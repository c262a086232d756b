"""What every organisers' screen derives from: staff work only where they hold a role.

The admin site registers nothing that does not derive from `Scoped` or `OperatorsOnly`.
"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.backoffice.autocomplete import WorkshopSelect, WorkshopSelectMultiple
from foundation.backoffice.forms import NamedDeletion, Refusing, ScopedForm
from foundation.backoffice.history import OnRecord
from foundation.backoffice.new_row import NewRow
from foundation.core.refusals import Refused
from foundation.series.models import Workshop
from foundation.series.roles import Area, may


class Scoped:
    """Staff see, choose and change only what belongs to workshops where their role brings the area.

    area: the part of the organisers' work this screen belongs to.
    workshop_path: the way from the row to its workshop, in a query's notation.
    """

    area: Area
    workshop_path = "workshop"
    form = ScopedForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def workshop_of(self, obj) -> Workshop:
        for step in filter(None, self.workshop_path.split("__")):
            obj = getattr(obj, step)
        return obj

    def scope(self, queryset: QuerySet, user, right: str) -> QuerySet:
        """The rows of `queryset` at workshops where `user` has `right` in this screen's area."""
        if user.is_superuser:
            return queryset
        workshops = Workshop.objects.staffed_by(user, right, self.area)
        return queryset.filter(**{f"{self.workshop_path or 'pk'}__in": workshops})

    def get_queryset(self, request):
        return self.scope(super().get_queryset(request), request.user, "view")

    def has_module_permission(self, request):
        return may(request.user, "view", self.area)

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view", obj)

    def has_add_permission(self, request, obj=None):
        return self._may(request, "change", obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "change", obj)

    def _may(self, request, right, obj):
        return may(request.user, right, self.area, self.workshop_of(obj) if obj else None)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A moment says whose clock it is by, and names its two fields to those who can't see."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.SplitDateTimeField):
            for part, name in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
                part.attrs["aria-label"] = f"{field.label}: {name}"
            field.widget.widgets[1].format = "%H:%M"
            if edited := getattr(request, "edited_workshop", None):
                local = _("Local time of the workshop: %(zone)s.") % {"zone": edited.timezone}
                field.help_text = f"{field.help_text} {local}".strip()
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs = self._chosen_from(db_field, request, WorkshopSelect) | kwargs
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs = self._chosen_from(db_field, request, WorkshopSelectMultiple) | kwargs
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _chosen_from(self, db_field, request, autocomplete) -> dict:
        chosen = {"queryset": self._choices(db_field.related_model, request)}
        if db_field.name in self.get_autocomplete_fields(request):
            edited = getattr(request, "edited_workshop", None)
            chosen["widget"] = autocomplete(db_field, self.admin_site, workshop=edited)
        return chosen

    def get_readonly_fields(self, request, obj=None):
        """What staff can't choose from is only shown: no choice would empty the field on saving."""
        shown = list(super().get_readonly_fields(request, obj))
        if request.user.is_superuser:
            return shown
        relations = (*self.model._meta.fields, *self.model._meta.many_to_many)
        return shown + [
            field.name
            for field in relations
            if field.is_relation
            and field.editable
            and field.name not in shown
            and not isinstance(self.admin_site._registry.get(field.related_model), Scoped)
        ]

    def _choices(self, model, request) -> QuerySet:
        """What may be chosen: rows of the edited row's workshop; for a new row, of any they change.

        A model without a scoped admin offers nothing: closed until opened.
        """
        related_admin = self.admin_site._registry.get(model)
        if not isinstance(related_admin, Scoped):
            return (
                model._default_manager.all()
                if request.user.is_superuser
                else model._default_manager.none()
            )
        rows = model._default_manager.all()
        edited = getattr(request, "edited_workshop", None)
        if edited is not None:
            return rows.filter(**{related_admin.workshop_path or "pk": edited.pk})
        if request.user.is_superuser:
            return rows
        workshops = Workshop.objects.staffed_by(request.user, "change", self.area)
        return rows.filter(**{f"{related_admin.workshop_path or 'pk'}__in": workshops})


class ScopedAdmin(Refusing, NewRow, Scoped, admin.ModelAdmin):
    """A scoped screen of its own. A row never moves to another workshop."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False

    def changelist_view(self, request, extra_context=None):
        context = {"title": capfirst(self.opts.verbose_name_plural)} | (extra_context or {})
        return super().changelist_view(request, context)

    def get_view_on_site_url(self, obj=None):
        """The row's own page; Django's detour would tell any member of staff any row's address."""
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def get_list_filter(self, request):
        """A filter by a relation lists only values in use among the rows that staff may see."""
        return [
            (entry, admin.RelatedOnlyFieldListFilter) if self._is_relation(entry) else entry
            for entry in super().get_list_filter(request)
        ]

    def _is_relation(self, entry) -> bool:
        if not isinstance(entry, str):
            return False
        try:
            return self.model._meta.get_field(entry).is_relation
        except FieldDoesNotExist:
            return False

    def response_action(self, request, queryset):
        """Actions change only rows where staff may: a list can hold others, to be read."""
        return super().response_action(request, self.scope(queryset, request.user, "change"))

    def get_form(self, request, obj=None, **kwargs):
        """Times are typed and shown in the workshop's zone; the middleware ends that again."""
        edited = self.workshop_of(obj) if obj else self.workshop_of_new(request)
        request.edited_workshop = edited
        if edited:
            timezone.activate(edited.zone)
        return super().get_form(request, obj, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        fixed = [self.workshop_path] if obj and self.workshop_path == "workshop" else []
        return [*super().get_readonly_fields(request, obj), *fixed]


def act_on_each(modeladmin, request, rows, act, done: str) -> None:
    """Do `act` with each row; say how many it worked for, and every refusal once.

    done: the sentence of success, with %(count)s.
    """
    count, refusals = 0, []
    for row in rows:
        try:
            act(row)
            count += 1
        except Refused as refused:
            refusals.append(refused.sentence)
    if count:
        modeladmin.message_user(request, done % {"count": count}, messages.SUCCESS)
    for sentence in dict.fromkeys(refusals):
        modeladmin.message_user(request, sentence, messages.ERROR)


class ScopedHistoryAdmin(ScopedAdmin, OnRecord):
    """A scoped screen of a model whose every change is on record, in the workshop's own time."""

    def history_view(self, request, object_id, extra_context=None):
        if row := self.get_object(request, unquote(object_id)):
            timezone.activate(self.workshop_of(row).zone)
        return super().history_view(request, object_id, extra_context)


class ScopedInline(Scoped):
    """Rows edited on their parent's screen; the parent says which workshop.

    Mix in before TabularInline or StackedInline. `obj` is the parent, as Django hands it.
    """

    parent_workshop_path = "workshop"
    extra = 0
    formset = NamedDeletion
    show_change_link = False
    view_on_site = False  # Django's detour would tell any member of staff any row's address

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """In a table a field has no label of its own, only a heading far above."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(self, admin.TabularInline):
            field.widget.attrs.setdefault("aria-label", field.label)
        return field

    def get_queryset(self, request):
        # The parent was fetched through its own scope; its rows are all of its workshop.
        return super(Scoped, self).get_queryset(request)

    def workshop_of(self, obj) -> Workshop:
        for step in filter(None, self.parent_workshop_path.split("__")):
            obj = getattr(obj, step)
        return obj


class OperatorsOnly:
    """Screens for superusers alone."""

    def has_module_permission(self, request):
        return request.user.is_superuser

    def _operator(self, request, obj=None):
        return request.user.is_superuser

    has_view_permission = has_change_permission = has_delete_permission = _operator
    has_add_permission = _operator
