"""Fields for what people type: texts that can be shown, names, addresses."""

import unicodedata
from typing import Any

from django import forms
from django.db import models

from foundation.core.addresses import spelling
from foundation.core.names import name_key, one_line, shows_something, validate_readable
from foundation.core.sent import with_line_ends

# They turn the direction of whatever stands after them, sentences of ours included.
TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


class Paragraphs(forms.CharField):
    """Several lines, as they can be shown: what no page or mail can hold is dropped.

    A text of which nothing would be seen counts as empty. Line ends are one character each, as
    the browser counts them against the limit.
    """

    widget: type[forms.Widget] = forms.Textarea

    def to_python(self, value: str | None) -> str:
        text = super().to_python(with_line_ends(value or ""))
        kept = "".join(each for each in text or "" if _can_be_shown(each)).strip()
        return kept if shows_something(kept) else ""


class Line(forms.CharField):
    """One line, without what can't be seen; blanks and line breaks become single blanks."""

    def to_python(self, value: str | None) -> str:
        return one_line(super().to_python(value) or "")


class NameLine(Line):
    """The name of somebody or something, with letters in it."""

    default_validators = [validate_readable]


class NameField(models.CharField):
    """A name, typed on whatever form or in a file: one line, nothing in it that can't be seen."""

    default_validators = [validate_readable]

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return str(super().clean(one_line(value or ""), model_instance))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": NameLine, **kwargs})


class NameKeyField(models.CharField):
    """What tells the `name` of a row from other names; written with every save of it."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = name_key(getattr(model_instance, "name"))  # noqa: B009 - rows with a name have one
        setattr(model_instance, self.attname, key)
        return key


class AddressLine(forms.EmailField):
    """One e-mail address, in its one spelling."""

    def to_python(self, value: str | None) -> str:
        text = super().to_python(value) or ""
        return spelling(text) if text else text


class AddressField(models.EmailField):
    """An e-mail address in its one spelling, typed on whatever form or in a file."""

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return str(super().clean(spelling(value) if value else "", model_instance))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AddressLine, **kwargs})


def _can_be_shown(character: str) -> bool:
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in TURNING
