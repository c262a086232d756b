"""Organisations, and the affiliations that people attend in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.backoffice.audited import AuditedAdmin
from foundation.backoffice.countries import country_name
from foundation.backoffice.filters import ChoicesInUse
from foundation.backoffice.forms import ScopedForm
from foundation.core.names import SortedName
from registration.admin.base import PeopleAdmin
from registration.models import Affiliation, Organisation, Status
from registration.verifying import admits_people, admits_to_sessions


class OrganisationForm(ScopedForm):
    class Meta:
        widgets = {"affiliations": forms.CheckboxSelectMultiple}


@admin.register(Organisation)
class OrganisationAdmin(PeopleAdmin, AuditedAdmin):
    form = OrganisationForm
    list_display = [
        "name",
        country_name,
        "affiliations_in_words",
        "seats",
        "coming",
        "registered",
    ]
    list_filter = ["workshop", ("country", ChoicesInUse), "affiliations"]
    search_fields = ["name"]
    fields = ["workshop", "name", "country", "affiliations", "seats"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        listed = Q(participants__is_protected=False)
        coming = listed & Q(participants__status=Status.CONFIRMED)
        rows: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                registered=Count("participants", listed), coming=Count("participants", coming)
            )
            .prefetch_related("affiliations")
        )
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let only an organiser say what an organisation may hold: the desk verifies by it."""
        fixed = [] if admits_people(request.user, obj and obj.workshop) else ["affiliations"]
        return [*super().get_readonly_fields(request, obj), *fixed]

    @admin.display(description=_("affiliations"))
    def affiliations_in_words(self, organisation: Organisation) -> str:
        return ", ".join(each.name for each in organisation.affiliations.all())

    @admin.display(description=_("confirmed"), ordering="coming")
    def coming(self, organisation: Any) -> int:
        count: int = organisation.coming
        return count

    @admin.display(description=_("registered in all"), ordering="registered")
    def registered(self, organisation: Any) -> int:
        count: int = organisation.registered
        return count


@admin.register(Affiliation)
class AffiliationAdmin(PeopleAdmin):
    list_display = ["name", "can_be_claimed", "position", "verified", "claimed", "workshop"]
    list_filter = ["workshop"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    ordering = ["workshop", "position", SortedName("name")]
    fields = ["workshop", "name", "slug", "description", "can_be_claimed", "position"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._is_fixed(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let only an organiser rename what a session admits."""
        fixed = ["name", "slug"] if self._is_fixed(request, obj) else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> dict[str, Sequence[str]]:
        is_fixed = self._is_fixed(request, obj)
        return {} if is_fixed else super().get_prepopulated_fields(request, obj)

    def _is_fixed(self, request: HttpRequest, obj: Affiliation | None) -> bool:
        if obj is None or admits_people(request.user, obj.workshop):
            return False
        return admits_to_sessions(obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        listed = Q(participant_affiliations__participant__is_protected=False)
        verified = listed & Q(participant_affiliations__verified_at__isnull=False)
        claimed = listed & Q(participant_affiliations__verified_at=None)
        rows: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                verified=Count("participant_affiliations", verified),
                claimed=Count("participant_affiliations", claimed),
            )
        )
        return rows

    @admin.display(description=_("verified of"), ordering="verified")
    def verified(self, affiliation: Any) -> int:
        count: int = affiliation.verified
        return count

    @admin.display(description=_("claimed by, not verified"), ordering="claimed")
    def claimed(self, affiliation: Any) -> int:
        count: int = affiliation.claimed
        return count
