"""Organisations, and the affiliations that people attend in."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.backoffice.audited import AuditedAdmin
from foundation.backoffice.filters import ChoicesInUse
from foundation.backoffice.forms import ScopedForm
from registration.admin.base import PeopleAdmin
from registration.models import Affiliation, Organisation, Status


class OrganisationForm(ScopedForm):
    class Meta:
        widgets = {"affiliations": forms.CheckboxSelectMultiple}


@admin.register(Organisation)
class OrganisationAdmin(PeopleAdmin, AuditedAdmin):
    form = OrganisationForm
    list_display = [
        "name",
        "country_name",
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
        return (
            super()
            .get_queryset(request)
            .annotate(
                registered=Count("participants", listed), coming=Count("participants", coming)
            )
            .prefetch_related("affiliations")
        )

    @admin.display(description=_("country"), ordering="country")
    def country_name(self, organisation: Organisation) -> str:
        return str(organisation.country.name)

    @admin.display(description=_("affiliations"))
    def affiliations_in_words(self, organisation: Organisation) -> str:
        return ", ".join(each.name for each in organisation.affiliations.all())

    @admin.display(description=_("confirmed"), ordering="coming")
    def coming(self, organisation: Any) -> int:
        return organisation.coming

    @admin.display(description=_("registered in all"), ordering="registered")
    def registered(self, organisation: Any) -> int:
        return organisation.registered


@admin.register(Affiliation)
class AffiliationAdmin(PeopleAdmin):
    list_display = ["name", "position", "verified", "claimed", "workshop"]
    list_filter = ["workshop"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    ordering = ["workshop", "position", "name"]
    fields = ["workshop", "name", "slug", "description", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        listed = Q(participant_affiliations__participant__is_protected=False)
        verified = listed & Q(participant_affiliations__verified_at__isnull=False)
        claimed = listed & Q(participant_affiliations__verified_at=None)
        return (
            super()
            .get_queryset(request)
            .annotate(
                verified=Count("participant_affiliations", verified),
                claimed=Count("participant_affiliations", claimed),
            )
        )

    @admin.display(description=_("verified of"), ordering="verified")
    def verified(self, affiliation: Any) -> int:
        return affiliation.verified

    @admin.display(description=_("claimed by, not verified"), ordering="claimed")
    def claimed(self, affiliation: Any) -> int:
        return affiliation.claimed
