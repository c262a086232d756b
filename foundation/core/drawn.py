"""Pieces of pages, drawn once and kept under what they show.

The key is everything that a piece shows, so nothing has to be invalidated, nothing is stale, and
nobody is shown what was drawn for other values.
"""

from dataclasses import Field, fields
from datetime import tzinfo
from functools import lru_cache
from typing import Any, ClassVar, Protocol

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

KEPT = 4096  # a few kilobytes each with its key; what was not asked for longest goes first


class Values(Protocol):
    """A frozen dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __hash__(self) -> int: ...


def drawn(template: str, values: Values) -> SafeString:
    """Return `template` with the fields of `values` as its context, in the reader's language.

    values: all that the template shows, as plain texts and numbers: the template escapes them.
    Moments are shown by the clock that is active.
    """
    return _drawn(template, values, get_language(), timezone.get_current_timezone())


@lru_cache(maxsize=KEPT)
def _drawn(template: str, values: Values, language: str | None, zone: tzinfo) -> SafeString:
    context = {field.name: getattr(values, field.name) for field in fields(values)}
    return render_to_string(template, context)
