"""What people worked on in the admin, by the rows' history."""

from django.db import models


def edited_by_somebody(row: models.Model) -> str:
    """Why a row that left the file stays; "" where no person ever made or changed it."""
    edited = row.history.exclude(history_user=None).exists()
    return "an organiser made or changed it in the admin" if edited else ""


def edited_last_by_somebody(row: models.Model) -> bool:
    """Whether a person, not a file, gave the row what it holds; false where none is on record."""
    if not hasattr(row, "history"):
        return False
    latest = row.history.first()
    return latest is not None and latest.history_user_id is not None
