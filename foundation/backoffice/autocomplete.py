"""Choosing by typing, among the rows of the edited workshop alone."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ForeignKey, ManyToManyField, Model, QuerySet
from django.http import HttpRequest

from foundation.series.models import Workshop

ALL = "*"  # what a term begins with, where also those are looked for who are not offered at first


def label_of(row: Model) -> str:
    """Return how a row is told from others where it is chosen: by `choice_label`, or its name."""
    return str(getattr(row, "choice_label", row))


class LabelledChoice(forms.ModelChoiceField):
    """A choice among rows told apart by `label_of`."""

    def label_from_instance(self, obj: Model) -> str:
        return label_of(obj)


class LabelledChoices(forms.ModelMultipleChoiceField):
    """Several of them."""

    def label_from_instance(self, obj: Model) -> str:
        return label_of(obj)


class WorkshopSelect(AutocompleteSelect):
    """A choice among rows of `workshop`, where that is known."""

    def __init__(
        self, field: Field, admin_site: AdminSite, workshop: Workshop | None = None
    ) -> None:
        super().__init__(field, admin_site)
        self.workshop = workshop

    def get_url(self) -> str:
        query = f"?{urlencode({'workshop': self.workshop.pk})}" if self.workshop else ""
        return super().get_url() + query

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        """Draw what was chosen; what is no key was not chosen here, and the field says so."""
        return super().optgroups(name, [each for each in value if each.isdecimal()], attr)


class WorkshopSelectMultiple(WorkshopSelect, AutocompleteSelectMultiple):
    """Several of them."""


class WorkshopAutocomplete(AutocompleteJsonView):
    """The look-up behind them. The related screen's own scope holds whatever is asked."""

    looks_for_all = False

    def process_request(self, request: HttpRequest) -> tuple[Any, ...]:
        """Refuse a relation that another model's field makes: nothing is chosen by it."""
        term, screen, source_field, to_field_name = super().process_request(request)
        if not isinstance(source_field, ForeignKey | ManyToManyField):
            raise PermissionDenied
        self.looks_for_all = term.startswith(ALL)
        return term.removeprefix(ALL), screen, source_field, to_field_name

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        return super().serialize_result(obj, to_field_name) | {"text": label_of(obj)}

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if not self.looks_for_all and hasattr(self.model_admin, "offered_at_first"):
            rows = self.model_admin.offered_at_first(rows)
        if not rows.ordered:  # a list that counts loses its model's order
            rows = rows.order_by("pk")
        asked = self.request.GET.get("workshop", "")
        path = getattr(self.model_admin, "workshop_path", None)
        if not asked or path is None:
            return rows
        key = f"{path}__pk" if path else "pk"
        return rows.filter(**{key: int(asked)}) if asked.isdecimal() else rows.none()
