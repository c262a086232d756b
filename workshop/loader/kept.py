"""Whether a person worked on a row that left the file."""

from django.db import models


def edited_by_somebody(row: models.Model) -> str:
    """Why a row that a person made or changed in the admin stays; "" where none did."""
    edited = row.history.exclude(history_user=None).exists()
    return "an organiser made or changed it in the admin" if edited else ""
