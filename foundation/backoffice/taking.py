"""Nothing is taken from people before an organiser has seen from whom, and what.

A change is tried first. What takes something away, or moves somebody, notes it while it does so
(`note`). Where anything was noted, all is undone and a page names it. The button there sends the
same form again, bound to what was shown: where that has changed meanwhile, the page comes again.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

from django.contrib import messages
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from foundation.core.violations import log_violation
from foundation.series.models import Workshop
from foundation.series.roles import Area, may

V = TypeVar("V", bound=Callable[..., HttpResponseBase])

# The field by which a form says what its reader has seen.
SURE = "_sure"
# Its value where a long selection goes on: what it is about was shown when it began.
GOES_ON = "goes-on"
MOST_NAMED = 50


@dataclass(frozen=True)
class Consequence:
    """What a change takes from somebody, or moves.

    who: the person as screens show them; "" where it is about nobody in particular. key: what tells
    it from others, and doesn't change from one try to the next. record: the row that keeps it,
    which is gone where the change was undone.
    """

    workshop: Workshop
    what: str
    key: str
    who: str = ""
    is_protected: bool = False
    record: Model | None = field(default=None, compare=False)


class AskFirst(Exception):
    """Something would be taken away that the organiser has not seen yet."""

    def __init__(self, found: list[Consequence]) -> None:
        super().__init__("ask first")
        self.found = found


_noted: ContextVar[list[Consequence] | None] = ContextVar("noted", default=None)


def note(consequence: Consequence) -> None:
    """Note what is taken from somebody; outside an organiser's form it goes unheard."""
    noted = _noted.get()
    if noted is not None:
        noted.append(consequence)


def asks_first(view: V, each_context: Callable[[HttpRequest], dict[str, Any]]) -> V:
    """Return an organisers' view that does all or nothing of a form, and asks before it takes.

    What the database refuses at the very end is a sentence, too.
    """

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            return _tried(view, request, args, kwargs)
        except AskFirst as ask:
            list(messages.get_messages(request))  # they told of what is undone, and wait no longer
            return _page(request, ask.found, each_context(request))
        except IntegrityError as error:
            return _met_by_another(request, error)

    return asking  # type: ignore[return-value]


def _tried(view: V, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase:
    noted: list[Consequence] = []
    token = _noted.set(noted)
    try:
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            connection.check_constraints()
            found = standing(noted)
            if found and request.POST.get(SURE) not in (digest_of(found), GOES_ON):
                raise AskFirst(found)
        return response
    finally:
        _noted.reset(token)


def standing(noted: Iterable[Consequence]) -> list[Consequence]:
    """Return, once each, what was noted and not undone since, by a refusal."""
    found: dict[str, Consequence] = {}
    by_model: dict[type[Model], list[object]] = {}
    for each in noted:
        if each.record is not None:
            by_model.setdefault(type(each.record), []).append(each.record.pk)
    kept = {
        (model, pk)
        for model, keys in by_model.items()
        for pk in model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)
    }
    for each in noted:
        if each.record is None or (type(each.record), each.record.pk) in kept:
            found.setdefault(each.key, each)
    return list(found.values())


def digest_of(found: Iterable[Consequence]) -> str:
    """Return what tells one set of consequences from another."""
    return sha256("\n".join(sorted(each.key for each in found)).encode()).hexdigest()


def _page(
    request: HttpRequest, found: list[Consequence], context: dict[str, Any]
) -> TemplateResponse:
    """Return the page that names who loses what, with the same form behind its button."""
    shown = [each for each in found if not each.is_protected or _may_know(request, each)]
    by_person: dict[str, list[str]] = {}
    for each in shown:
        by_person.setdefault(each.who, []).append(each.what)
    about_nobody = by_person.pop("", [])
    people = list(by_person.items())
    context |= {
        "messages": [],  # nor does this page show them
        "title": _("Please check first: this takes something away"),
        "people": people[:MOST_NAMED],
        "more": len(people[MOST_NAMED:]),
        "about_nobody": about_nobody,
        "has_others": len(shown) < len(found),
        "fields": [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in (SURE, "csrfmiddlewaretoken")
        ],
        "sure": SURE,
        "digest": digest_of(found),
    }
    return TemplateResponse(request, "admin/takes_away.html", context)


def _may_know(request: HttpRequest, consequence: Consequence) -> bool:
    return may(request.user, "view", Area.PROTECTED, consequence.workshop)


def _met_by_another(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    log_violation(error)
    list(messages.get_messages(request))
    sentence = _(
        "Nothing was saved or deleted: somebody changed or took the same at that moment. Look at "
        "it again."
    )
    messages.error(request, sentence)
    return redirect(request.get_full_path())
