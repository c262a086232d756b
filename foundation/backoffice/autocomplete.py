"""Choosing by typing, among the rows of the edited workshop alone."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import Field, QuerySet

from foundation.series.models import Workshop


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


class WorkshopSelectMultiple(WorkshopSelect, AutocompleteSelectMultiple):
    """Several of them."""


class WorkshopAutocomplete(AutocompleteJsonView):
    """The look-up behind them. The related screen's own scope holds whatever is asked."""

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if not rows.ordered:  # a list that counts loses its model's order
            rows = rows.order_by("pk")
        asked = self.request.GET.get("workshop", "")
        path = getattr(self.model_admin, "workshop_path", None)
        if not asked or path is None:
            return rows
        key = f"{path}__pk" if path else "pk"
        return rows.filter(**{key: int(asked)}) if asked.isdecimal() else rows.none()
