"""Who may see, choose and change what: shared by screens and by the tables on them."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import Field, ForeignKey, ManyToManyField, Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from foundation.backoffice.autocomplete import (
    LabelledChoice,
    LabelledChoices,
    WorkshopSelect,
    WorkshopSelectMultiple,
)
from foundation.backoffice.filters import is_offered
from foundation.core import clock
from foundation.series.models import Workshop
from foundation.series.roles import Area, Right, Staff, may


class Scoped(BaseModelAdmin):
    """Staff see, choose and change only what belongs to workshops where their role brings the area.

    area: the part of the organisers' work this screen belongs to.
    workshop_path: the way from the row to its workshop, in a query's notation.
    related_links: whether a choice has icons beside it that lead to the screen of what is chosen.
    choice_related: what the `choice_label` of a row reads. choice_hint: said where rows are chosen
    by typing.
    """

    area: Area
    workshop_path = "workshop"
    related_links = True
    choice_related: ClassVar[list[str]] = []
    choice_hint: ClassVar[str | Promise] = ""
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    lookup_allowed = is_offered

    def workshop_of(self, obj: Any) -> Workshop:
        """Return the workshop of a row."""
        for step in filter(None, self.workshop_path.split("__")):
            obj = getattr(obj, step)
        workshop: Workshop = obj
        return workshop

    def edited_workshop(self, request: HttpRequest, obj: Model | None = None) -> Workshop | None:
        """Return the workshop of the row that a form is for; None where it is not known yet."""
        raise NotImplementedError

    def scope(self, queryset: QuerySet[Any], user: Staff, right: Right) -> QuerySet[Any]:
        """Return the rows of `queryset` at workshops where `user` has `right` in this area."""
        if user.is_superuser:
            return queryset
        workshops = Workshop.objects.staffed_by(user, right, self.area)
        return queryset.filter(**{f"{self.workshop_path or 'pk'}__in": workshops})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "view", self.area)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change", obj)

    def may(self, request: HttpRequest, right: Right, obj: Any = None) -> bool:
        """Return whether the user has `right` at the workshop of `obj`; without it, at any."""
        return may(request.user, right, self.area, self.workshop_of(obj) if obj else None)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show, without a choice, what staff can't choose from: saving would empty the field."""
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
            and self.scoped_screen_of(field.related_model) is None
        ]

    def field_maker(self, request: HttpRequest, obj: Model | None) -> partial[Any]:
        """Return what makes the fields of a form for `obj`, or for a new row."""
        workshop = self.edited_workshop(request, obj)
        return partial(self.formfield_for_dbfield, request=request, workshop=workshop)

    def formfield_for_dbfield(
        self,
        db_field: Field,
        request: HttpRequest,
        workshop: Workshop | None = None,
        **kwargs: Any,
    ) -> forms.Field | None:
        """Offer rows of `workshop` alone, and say that a moment is by its clock."""
        if isinstance(db_field, ForeignKey | ManyToManyField):
            kwargs = self._choice_options(db_field, request, workshop) | kwargs
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.DateField | forms.SplitDateTimeField):
            field.validators = [*field.validators, clock.validate_bounds]
        if isinstance(field, forms.SplitDateTimeField):
            _label_moment(field, workshop)
        if field and db_field.name in self.get_autocomplete_fields(request):
            screen = self.scoped_screen_of(db_field.related_model)
            hints = [field.help_text, screen.choice_hint if screen else ""]
            field.help_text = " ".join(str(hint) for hint in hints if hint)
        if field and not self.related_links:
            _remove_links(field)
        return field

    def _choice_options(
        self,
        db_field: ForeignKey | ManyToManyField,
        request: HttpRequest,
        workshop: Workshop | None,
    ) -> dict[str, Any]:
        chosen: dict[str, Any] = {
            "queryset": self.choices(db_field.related_model, request, workshop)
        }
        if db_field.name in self.get_autocomplete_fields(request):
            is_one = isinstance(db_field, ForeignKey)
            select = WorkshopSelect if is_one else WorkshopSelectMultiple
            chosen["widget"] = select(db_field, self.admin_site, workshop=workshop)
            chosen["form_class"] = LabelledChoice if is_one else LabelledChoices
        return chosen

    def choices(
        self, model: type[Model], request: HttpRequest, workshop: Workshop | None
    ) -> QuerySet[Any]:
        """Return what may be chosen: rows of `workshop`; where none is known, of any they change.

        A model without a scoped screen offers nothing: closed until opened.
        """
        rows, screen = model._default_manager.all(), self.scoped_screen_of(model)
        if screen is None:
            return rows if request.user.is_superuser else rows.none()
        if screen.choice_related:
            rows = rows.select_related(*screen.choice_related)
        if workshop is not None:
            return rows.filter(**{screen.workshop_path or "pk": workshop.pk})
        if request.user.is_superuser:
            return rows
        workshops = Workshop.objects.staffed_by(request.user, "change", self.area)
        return rows.filter(**{f"{screen.workshop_path or 'pk'}__in": workshops})

    def offered_at_first(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of `rows` that are found by typing; all are where a term begins with *."""
        return rows

    def scoped_screen_of(self, model: Any) -> "Scoped | None":
        """Return the screen of `model`, where it is one that knows workshops."""
        if not self.admin_site.is_registered(model):
            return None
        screen = self.admin_site.get_model_admin(model)
        return screen if isinstance(screen, Scoped) else None


class OperatorsOnly(BaseModelAdmin):
    """Screens for superusers alone. Mix in before the class of the screen."""

    lookup_allowed = is_offered

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser


def _label_moment(field: forms.SplitDateTimeField, workshop: Workshop | None) -> None:
    """Name the two fields of a moment to those who can't see, and say whose clock it is by."""
    for part, name in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
        part.attrs["aria-label"] = f"{field.label}: {name}"
    field.widget.widgets[1].format = "%H:%M"
    if workshop:
        local = _("Local time of the workshop: %(zone)s.") % {"zone": workshop.timezone}
        field.help_text = f"{field.help_text} {local}".strip()


def _remove_links(field: forms.Field) -> None:
    if isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget.can_add_related = field.widget.can_change_related = False
        field.widget.can_delete_related = field.widget.can_view_related = False
