"""Beside an organisation that a participant typed: which one of the list it looks like."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.backoffice.scoped import ScopedAdmin
from foundation.core.names import SortedName
from registration.look_alikes import look_alikes, look_alikes_in_words
from registration.models import Participant


class TellsLookAlikes(ScopedAdmin):
    """Says it in the list, and above the form."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.prefetch_related("workshop__organisations")

    def get_fieldsets(self, request: HttpRequest, obj: Participant | None = None) -> list[Any]:
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj and look_alikes(obj):
            fieldsets.insert(0, (_("Check the organisation"), {"fields": ["alike"]}))
        return fieldsets

    @admin.display(description=_("organisation"), ordering=SortedName("organisation__name"))
    def comes_from(self, participant: Participant) -> str:
        return f"{participant.organisation_name} {self.alike(participant)}".strip()

    @admin.display(description=_("typed name"))
    def alike(self, participant: Participant) -> str:
        return look_alikes_in_words(participant)
