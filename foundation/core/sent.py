"""What a browser sends of a form's field: as the page showed it, and as somebody typed it."""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.forms.models import ModelChoiceField, ModelMultipleChoiceField
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foundation.core import clock

# The texts sent under each name: one for a line, several for a choice, two names for a moment.
Sent = dict[str, list[str]]
MARK_LENGTH = 12  # hexadecimal digits: enough to tell two values of one field apart


def untouched(field: forms.Field, name: str, value: Any) -> Sent:
    """Return what is sent of a field that shows `value`, when nobody touches it."""
    widget: Any = inside(field.widget)
    shown = field.prepare_value(value)
    if not isinstance(widget, forms.MultiWidget):
        return {name: _texts(widget, shown)}
    moment: Any = widget
    parts = zip(moment.widgets_names, moment.widgets, moment.decompress(shown), strict=True)
    return {f"{name}{suffix}": _texts(part, each) for suffix, part, each in parts}


def typed(field: forms.Field, name: str, data: QueryDict) -> Sent:
    """Return what was sent of a field."""
    widget: Any = inside(field.widget)
    if isinstance(widget, forms.CheckboxInput):
        files: Any = {}
        return {name: ["on"] if widget.value_from_datadict(data, files, name) else []}
    return {key: _plain(data.getlist(key)) for key in untouched(field, name, None)}


def mark_of(sent: Sent) -> str:
    """Return a short digest that tells one value from another; order says nothing."""
    values = [sorted(texts) for texts in sent.values()]
    return sha256(json.dumps(values).encode()).hexdigest()[:MARK_LENGTH]


def in_words(field: forms.Field, value: Any) -> str:
    """Return `value` as a person reads it beside its field."""
    if isinstance(field, ModelChoiceField):
        return ", ".join(_labels(field, value)) or _("nothing")
    if isinstance(field, forms.MultipleChoiceField):
        return ", ".join(_named(field, each) for each in value or ()) or _("nothing")
    if isinstance(field, forms.ChoiceField):
        return _named(field, value) or _("nothing")
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return clock.moment_here(value)
    return str(value) if value not in (None, "") else _("nothing")


def inside(widget: forms.Widget) -> forms.Widget:
    """Return what draws a field: the admin wraps the choice of a related row into links."""
    found: forms.Widget = getattr(widget, "widget", widget)
    return found


def _texts(widget: forms.Widget, value: Any) -> list[str]:
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else []
    shown = widget.format_value(value)
    return _plain(shown if isinstance(shown, list | tuple) else [shown])


def _plain(values: Iterable[Any]) -> list[str]:
    """The texts that are not empty; a browser ends lines in its own way."""
    return [with_line_ends(str(each)) for each in values if each not in (None, "")]


def with_line_ends(text: str) -> str:
    """Return `text` with one character at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _labels(field: Any, value: Any) -> list[str]:
    several = isinstance(field, ModelMultipleChoiceField)
    keys = [getattr(each, "pk", each) for each in (value or () if several else [value])]
    rows = field.queryset.filter(pk__in=[key for key in keys if key])
    labels = [(row, field.label_from_instance(row)) for row in rows]
    return [str(row) if isinstance(label, SafeString) else str(label) for row, label in labels]


def _named(field: Any, value: Any) -> str:
    key = str(field.prepare_value(value) or "")
    return next((str(text) for choice, text in field.choices if str(choice) == key), key)
