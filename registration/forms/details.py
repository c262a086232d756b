"""What every form about a registration asks."""

from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from foundation.core.fields import Paragraphs
from foundation.core.widgets import QuickSelect
from foundation.series.models import Workshop
from registration.actions.details import Details
from registration.fields import AffiliationChoice, field_of
from registration.models import Organisation, Participant, SensitiveDetails


def typed(autocomplete: str) -> dict[str, dict[str, str]]:
    """Return the attributes of a typed line: what it is, and written either way round."""
    return {"attrs": {"autocomplete": autocomplete, "dir": "auto"}}


# What the form says differently where a contact fills it in.
LABELS_FOR_OTHER = {
    "affiliations": gettext_lazy("Which groups do they belong to?"),
    "days": gettext_lazy("On which days will they be there?"),
}
HELP_FOR_OTHER = {
    "badge_name": gettext_lazy("As they want to be called. It is printed on their badge."),
    "organisation": gettext_lazy(
        "It is printed on their badge. If they come for several, choose one."
    ),
    "other_organisation": gettext_lazy("If they come on their own, write “independent”."),
    "country": gettext_lazy("The country they work in, so that the whole region is at the table."),
    "affiliations": gettext_lazy(
        "Some sessions are open to certain affiliations only. Tick those that they hold; an "
        "organiser checks them. If none fits, tick none."
    ),
    "dietary": gettext_lazy("Allergies, and what they don’t eat, so that there is food for them."),
    "access": gettext_lazy(
        "What makes it possible for them to take part: a step-free way, an interpreter, a "
        "place to rest."
    ),
}


class DetailsForm(forms.Form):
    """What every form about a registration asks, with the reason where it isn't plain.

    is_for_other: a contact fills it in for somebody else, and is asked in these words.
    """

    is_for_other = False

    badge_name = field_of(
        Participant,
        "badge_name",
        widget=forms.TextInput(**typed("name")),
        help_text=gettext_lazy("As you want to be called. It is printed on your badge."),
    )
    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        None,
        required=False,
        widget=QuickSelect,
        empty_label=gettext_lazy("My organisation is not on the list"),
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("It is printed on your badge. If you come for several, choose one."),
    )
    other_organisation = field_of(
        Participant,
        "other_organisation",
        widget=forms.TextInput(**typed("organization")),
        help_text=gettext_lazy("If you come on your own, write “independent”."),
    )
    job_title = field_of(
        Participant,
        "job_title",
        widget=forms.TextInput(**typed("organization-title")),
        help_text=gettext_lazy("Helps organisers to put working groups together."),
    )
    country = field_of(
        Participant,
        "country",
        widget=QuickSelect,
        help_text=gettext_lazy(
            "The country you work in, so that the whole region is at the table."
        ),
    )
    affiliations = AffiliationChoice(
        None,
        required=False,
        label=gettext_lazy("Which groups do you belong to?"),
        help_text=gettext_lazy(
            "Some sessions are open to certain affiliations only. Tick those that you hold; an "
            "organiser checks them. If none fits, tick none."
        ),
    )
    days = forms.TypedMultipleChoiceField(
        coerce=date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("On which days will you be there?"),
        help_text=gettext_lazy("We use this to plan rooms and meals."),
        error_messages={"required": gettext_lazy("Tick at least one day.")},
    )
    dietary = field_of(
        SensitiveDetails,
        "dietary",
        form_class=Paragraphs,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("Allergies, and what you don’t eat, so that there is food for you."),
    )
    access = field_of(
        SensitiveDetails,
        "access",
        form_class=Paragraphs,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy(
            "What makes it possible for you to take part: a step-free way, an interpreter, a "
            "place to rest."
        ),
    )

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop = workshop
        organisation = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        organisation.queryset = workshop.organisations.all()
        affiliations = cast(AffiliationChoice, self.fields["affiliations"])
        affiliations.queryset = workshop.affiliations.claimable()
        country = cast(forms.ChoiceField, self.fields["country"])
        country.choices = [("", _("Choose a country")), *countries]
        days = cast(forms.ChoiceField, self.fields["days"])
        days.choices = [(day.isoformat(), date_format(day, "l j F Y")) for day in workshop.dates]
        if self.is_for_other:
            self._speak_of_other()

    def _speak_of_other(self) -> None:
        for name, label in LABELS_FOR_OTHER.items():
            self.fields[name].label = label
        for name, text in HELP_FOR_OTHER.items():
            self.fields[name].help_text = text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._choose_listed(cleaned)
        listed, other = cleaned.get("organisation"), cleaned.get("other_organisation")
        if listed and other:
            sentence = _(
                "You have chosen an organisation from the list already: do one or the other."
            )
            self.add_error("other_organisation", sentence)
        elif (
            not listed and not other and not {"organisation", "other_organisation"} & {*self.errors}
        ):
            sentence = _("Choose your organisation, or write its name into the next field.")
            self.add_error("organisation", sentence)
        return cleaned

    def _choose_listed(self, cleaned: dict[str, Any]) -> None:
        """Take an organisation that is typed as it stands on the list for the one there."""
        country, other = cleaned.get("country"), cleaned.get("other_organisation")
        same = country and other and self.workshop.organisations.of_name(other, country)
        if same and cleaned.get("organisation") in (None, same):
            cleaned |= {"organisation": same, "other_organisation": ""}

    def details(self) -> Details:
        """Return the answers of a valid form."""
        names = Details.__dataclass_fields__
        return Details(
            **{name: self.cleaned_data[name] for name in names if name != "affiliations"},
            affiliations=list(self.cleaned_data["affiliations"]),
        )

    def mistakes(self) -> list[tuple[str, str, str]]:
        """Return every mistake in the order of the page: field id, label, sentence."""
        return [
            (field.id_for_label or f"{field.auto_id}_0", str(field.label), str(sentence))
            for field in self
            for sentence in field.errors
        ]


def sensitive_note() -> str:
    """Return who reads dietary and access needs, and how long they are kept."""
    return _(
        "Only organisers and the hotel team can read this. Every view is logged. It is erased "
        "%(days)d days after the workshop."
    ) % {"days": settings.SENSITIVE_DETAILS_KEPT_DAYS}
