"""Filters that list only values in use."""

from copy import copy
from typing import Any

from django.contrib import admin
from django.db.models import Field, Model
from django.http import HttpRequest


class ChoicesInUse(admin.ChoicesFieldListFilter):
    """A filter by choices that lists only those in use among the rows that staff may see."""

    def __init__(
        self,
        field: Field,
        request: HttpRequest,
        params: dict[str, Any],
        model: type[Model],
        model_admin: admin.ModelAdmin,
        field_path: str,
    ) -> None:
        rows = model_admin.get_queryset(request).order_by()
        used = set(rows.values_list(field_path, flat=True).distinct())
        narrowed = copy(field)
        narrowed.choices = [choice for choice in field.choices or () if choice[0] in used]
        super().__init__(narrowed, request, params, model, model_admin, field_path)
