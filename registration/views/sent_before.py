"""What was sent with a public form: for an hour it fills the form in again, for whoever asks.

Without dietary and access needs, which stay nowhere but in the registration itself, and without
what was agreed to, which is asked each time.
"""

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from foundation.core import clock
from foundation.series.requests import WorkshopRequest
from registration.forms.registering import AGREEMENTS, AgreedForm

KEPT = "registration-sent-form"
LEFT_OUT = {"dietary", "access", *AGREEMENTS.values()}
MOST = 5_000  # characters of one answer
AGAIN = "again"
ASKED = {*AgreedForm.base_fields, "email", "contact_email", "own_email"}
SEVERAL = {"affiliations", "days"}
TEXTS = ["badge_name", "other_organisation", "job_title", "dietary", "access"]


def keep(request: WorkshopRequest) -> None:
    """Keep in the visitor's session what was just sent, and from which page."""
    answers = {
        name: [text[:MOST] for text in texts]
        for name, texts in request.POST.lists()
        if name in ASKED - LEFT_OUT
    }
    kept = {"path": request.path, "answers": answers, "at": timezone.now().timestamp()}
    request.session[f"{KEPT}-{request.workshop.pk}"] = kept


def answers_again(request: WorkshopRequest) -> dict[str, str | list[str]]:
    """Return what to fill the form in with, where its reader asked for that."""
    kept = request.session.get(f"{KEPT}-{request.workshop.pk}")
    if AGAIN not in request.GET or not kept or kept["path"] != request.path:
        return {}
    if kept["at"] < (timezone.now() - clock.GRACE).timestamp():
        del request.session[f"{KEPT}-{request.workshop.pk}"]
        return {}
    return {
        name: texts if name in SEVERAL else texts[-1]
        for name, texts in kept["answers"].items()
        if texts
    }


def typed_in(posted: QueryDict) -> list[tuple[str, str]]:
    """Return the texts that were written into a form, each with its label."""
    texts = [(AgreedForm.base_fields[name], posted.get(name, "").strip()) for name in TEXTS]
    return [(str(field.label), text[:MOST]) for field, text in texts if text]


def way_back(request: WorkshopRequest) -> str:
    """Return the address of the form that was sent last, filled in again."""
    kept = request.session.get(f"{KEPT}-{request.workshop.pk}")
    path = kept["path"] if kept else reverse("registration:register", args=[request.workshop.slug])
    return f"{path}?{AGAIN}=1"
