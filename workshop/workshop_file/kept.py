"""What people worked on in the admin, by the rows' history."""

from typing import Protocol, runtime_checkable

from django.db import models


@runtime_checkable
class Audited(Protocol):
    """A row whose model keeps a history, in a table that is made when the site starts."""

    history: models.Manager[models.Model]


def edited_by_somebody(row: Audited) -> str:
    """Return why a row that left the file stays; "" where no person ever made or changed it."""
    edited = row.history.exclude(history_user=None).exists()
    return "an organiser made or changed it in the admin" if edited else ""


def edited_last_by_somebody(row: object) -> bool:
    """Return whether a person, not a file, gave the row what it holds; False where none is told."""
    if not isinstance(row, Audited):
        return False
    return row.history.values_list("history_user", flat=True).first() is not None
