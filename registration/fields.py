"""Fields of the participants' forms: what they choose from, and what they agree to."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from registration.models import Affiliation


def field_of(model: type[Model], name: str, **changes: Any) -> forms.Field:
    """Return the form field of a model's field, with its limits and its words."""
    field = cast("Field[Any, Any]", model._meta.get_field(name))
    return cast(forms.Field, field.formfield(**changes))


# Django's class takes no parameter where it runs.
class AffiliationChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Affiliations as checkboxes with their descriptions; those in `verified` say so."""

    widget = forms.CheckboxSelectMultiple
    verified: frozenset[int] = frozenset()

    def label_from_instance(self, affiliation: Affiliation) -> SafeString:
        badge = ""
        if affiliation.pk in self.verified:
            badge = format_html('<span class="badge text-bg-success">{}</span>', _("verified"))
        return format_html(
            '{} {} <span class="choice-note">{}</span>',
            affiliation.name,
            badge,
            affiliation.description,
        )


class AgreementBox(forms.CheckboxInput):
    """A checkbox whose value is the digest of the text beside it."""

    digest = ""

    # Django's box has a yes or a no; this one has the digest that it came back with.
    def value_from_datadict(  # type: ignore[override]
        self, data: Mapping[str, str], files: object, name: str
    ) -> str:
        return data.get(name) or ""

    def format_value(self, value: object) -> str:
        return self.digest

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        self.check_test = lambda value: value == self.digest
        return super().get_context(name, value, attrs)


class Agreement(forms.CharField):
    """Agreement to a text, by a tick that names its wording; to another wording is none."""

    widget = AgreementBox
    digest = ""

    def ask_for(self, digest: str) -> None:
        """Ask for agreement to the text with this digest."""
        self.digest = digest
        cast(AgreementBox, self.widget).digest = digest

    def validate(self, value: str) -> None:
        super().validate(value)
        if value != self.digest:
            sentence = _("This text has changed since you opened the form: please read it again.")
            raise ValidationError(sentence, code="changed")
