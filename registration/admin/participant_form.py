"""What is typed about a participant, and by what their list is narrowed."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.backoffice.forms import ScopedForm
from registration.actions import deciding
from registration.actions.registering import MAY_CHANGE
from registration.forms.own_address import CONTACTS_ADDRESS
from registration.models import Participant, ParticipantAffiliation


class ClaimsFilter(admin.SimpleListFilter):
    title = gettext_lazy("affiliations to verify")
    parameter_name = "claims"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]"
    ) -> list[tuple[str, str]]:
        return [("yes", _("Has some")), ("no", _("Has none"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Participant]
    ) -> QuerySet[Participant]:
        claims = Exists(
            ParticipantAffiliation.objects.to_verify().filter(participant=OuterRef("pk"))
        )
        wanted = {"yes": claims, "no": ~claims}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(wanted)


class ParticipantForm(ScopedForm):
    def lock_row(self) -> None:
        """Make sure that nobody else moves the registration while the form is saved.

        Locks: the workshop, which owns the seats that a button may give; the participant.
        """
        deciding.lock_with_workshop(self.instance)

    def clean(self) -> dict[str, Any] | None:
        """Let an organisation chosen from the list take the place of the one that was typed.

        One that is typed as it stands on the list is the one on the list.
        """
        cleaned = super().clean()
        if self.cleaned_data.get("organisation") and "organisation" in self.changed_data:
            self.cleaned_data["other_organisation"] = ""
        elif not self.cleaned_data.get("organisation"):
            self._choose_listed()
        if self.cleaned_data.get("is_protected") and self._names(self.cleaned_data.get("alias")):
            sentence = _("Write an alias that is not the name: it is shown instead.")
            self.add_error("alias", sentence)
        return cleaned

    def clean_unproved_email(self) -> str:
        """Refuse what is no correction; where nobody could use the link nothing is mailed."""
        email: str = self.cleaned_data["unproved_email"]
        person = self.instance
        if email and "unproved_email" in self.changed_data:
            if person.user and email == person.user.email:
                raise ValidationError(_("This is the address that they have already."))
            if person.contact and email == person.contact.email:
                raise ValidationError(CONTACTS_ADDRESS)
            if person.status not in MAY_CHANGE:
                raise ValidationError(_("This registration can’t be changed as it stands."))
        return email

    def _choose_listed(self) -> None:
        typed, country = (
            self.cleaned_data.get("other_organisation"),
            self.cleaned_data.get("country"),
        )
        if typed and country and "other_organisation" in self.changed_data:
            same = self.instance.workshop.organisations.of_name(typed, country)
            if same:
                self.cleaned_data |= {"organisation": same, "other_organisation": ""}

    def _names(self, alias: str | None) -> bool:
        name = self.cleaned_data.get("badge_name", "")
        return not alias or alias.casefold() == name.casefold()
