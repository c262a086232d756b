"""Fields of the participants' forms: what people type, made fit to be shown and stored."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _


def field_of(model, name: str, **changes) -> forms.Field:
    """The form field of a model's field, with its limits and its words."""
    return model._meta.get_field(name).formfield(**changes)


def validate_readable(text: str) -> None:
    """Refuse a name without a single letter or digit: nobody could read it on a badge."""
    if text and not any(character.isalnum() for character in text):
        raise ValidationError(_("Write it with letters, please."), code="unreadable")


class Line(forms.CharField):
    """One line: blanks and line breaks become single blanks, control characters are dropped."""

    def to_python(self, value):
        return " ".join(_without_controls(super().to_python(value)).split())


class Paragraphs(forms.CharField):
    """Several lines; control characters are dropped."""

    widget = forms.Textarea

    def to_python(self, value):
        return _without_controls(super().to_python(value)).strip()


class AffiliationChoice(forms.ModelMultipleChoiceField):
    """Affiliations as checkboxes with their descriptions; those in `verified` say so."""

    widget = forms.CheckboxSelectMultiple
    verified: frozenset[int] = frozenset()

    def label_from_instance(self, affiliation):
        badge = ""
        if affiliation.pk in self.verified:
            badge = format_html('<span class="badge text-bg-success">{}</span>', _("verified"))
        return format_html(
            '{} {} <span class="choice-note">{}</span>',
            affiliation.name,
            badge,
            affiliation.description,
        )


def _without_controls(text: str) -> str:
    return "".join(
        character
        for character in text
        if character in "\n\t\r" or unicodedata.category(character) not in ("Cc", "Cs")
    )
