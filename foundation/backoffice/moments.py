"""Moments in organisers' lists: a list can be of several workshops, each with its clock."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from foundation.backoffice.scope import Scoped
from foundation.core import clock


def told_with_zone(screen: Scoped, column: Any) -> Any:
    """Return a list's column; one that is a moment is told by the clock of its row's workshop."""
    try:
        field = screen.model._meta.get_field(column) if isinstance(column, str) else None
    except FieldDoesNotExist:
        field = None
    return _told(screen, field) if isinstance(field, models.DateTimeField) else column


def _told(screen: Scoped, field: models.DateTimeField) -> Callable[[Any], str | None]:
    @admin.display(description=field.verbose_name, ordering=field.name)
    def column(row: Any) -> str | None:
        at = getattr(row, field.name)
        return clock.moment(at, screen.workshop_of(row).zone) if at else None

    column.__name__ = field.name
    return column
