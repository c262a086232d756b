"""What a list is narrowed by: filters that list only values in use, and nothing but filters."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Field, ForeignKey, ManyToManyField, Model
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


def is_offered(screen: BaseModelAdmin, lookup: str, value: str, request: HttpRequest) -> bool:
    """Return whether the list of `screen` may be narrowed by `lookup`: one of its filters asks it.

    Any other would answer a question that the screen doesn't ask: whose diet begins with N?
    """
    return isinstance(screen, admin.ModelAdmin) and lookup in _offered_by(screen, request)


def _offered_by(screen: "admin.ModelAdmin[Any]", request: HttpRequest) -> set[str]:
    dates = (f"{screen.date_hierarchy}__{part}" for part in ("year", "month", "day"))
    offered = set(dates) if screen.date_hierarchy else set()
    for entry in screen.get_list_filter(request):
        offered |= set(_parameters_of(screen.model, entry))
    return offered


def _parameters_of(model: type[Model], entry: Any) -> Iterator[str]:
    """The parameters of an entry of `list_filter`: a filter of its own, or one of a field."""
    if isinstance(entry, type) and issubclass(entry, admin.SimpleListFilter):
        yield str(entry.parameter_name)
        return
    path = entry if isinstance(entry, str) else entry[0]
    field = get_fields_from_path(model, path)[-1]
    if isinstance(field, ForeignKey | ManyToManyField):
        yield f"{path}__{field.target_field.name}__exact"
    else:
        yield f"{path}__exact"
    yield f"{path}__isnull"
