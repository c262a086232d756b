"""Beside an organisation that a participant typed: which one of the list it looks like."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from foundation.core.names import SortedName
from registration.look_alikes import look_alikes, look_alikes_in_words
from registration.models import Participant


@admin.display(description=_("typed name"))
def alike(participant: Participant) -> str:
    return look_alikes_in_words(participant)


@admin.display(description=_("organisation"), ordering=SortedName("organisation__name"))
def comes_from(participant: Participant) -> str:
    return f"{participant.organisation_name} {alike(participant)}".strip()


def told_first(participant: Participant) -> list[Any]:
    """Return the part of the form that says so, to stand above all others."""
    return [(_("Check the organisation"), {"fields": [alike]})] if look_alikes(participant) else []
