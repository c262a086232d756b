"""Pieces of pages, drawn once and kept under what they show.

The key is everything that a piece shows, so nothing has to be invalidated, nothing is stale, and
nobody is shown what was drawn for other values.
"""

from dataclasses import fields
from datetime import tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

KEPT = 4096  # some hundred bytes each; what was not asked for longest goes first


def drawn(template: str, values: "DataclassInstance") -> SafeString:
    """Return `template` with the fields of `values` as its context, in the reader's language.

    values: a frozen dataclass that can be hashed, and all that the template shows; texts in it are
    plain, and escaped by the template. Moments are shown by the clock that is active.
    """
    return _drawn(template, values, get_language(), timezone.get_current_timezone())


@lru_cache(maxsize=KEPT)
def _drawn(
    template: str, values: "DataclassInstance", language: str | None, zone: tzinfo
) -> SafeString:
    context = {field.name: getattr(values, field.name) for field in fields(values)}
    return get_template(template).render(context)
