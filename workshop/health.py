"""Whether the site is alive and well, for machines that watch it. Public, and without details."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from foundation.mail.models import Message, State
from workshop.metrics import pending
from workshop.models import DutyRound, RequestCount

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200: this process is alive, whatever becomes of the database."""
    return _plain("ok")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 where database, worker and mail are well, else 503 with which is not."""
    wrong = _what_is_wrong(timezone.now())
    return _plain(wrong, 503) if wrong else _plain("ok")


def _what_is_wrong(now: datetime) -> str:
    try:
        if not DutyRound.objects.is_worker_alive(now):
            return "worker: not seen in the last minute"
        if Message.objects.late().exists():
            return "mail: a message waits longer than it should"
    except (DatabaseError, InterfaceError):
        return "database: does not answer"
    return ""


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Show what Prometheus keeps: requests, the mail's queue, the worker's rounds.

    Only to who has METRICS_TOKEN; there is no such address without one.
    """
    asked = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(asked, expected):
        raise Http404
    pending.add()
    now = timezone.now()
    context = {
        "requests": RequestCount.objects.order_by("view", "status"),
        "queues": list(_queues(now)),
        "rounds": DutyRound.objects.order_by("duty"),
    }
    return _plain(render_to_string("workshop/metrics.txt", context), content_type=PROMETHEUS)


def _queues(now: datetime) -> Iterator[dict[str, object]]:
    """How many messages of each lane are on their way, and how old the oldest is, in seconds."""
    lanes = {"codes": Message.objects.codes(), "letters": Message.objects.letters()}
    for name, lane in lanes.items():
        waiting = lane.filter(state=State.QUEUED)
        found = waiting.aggregate(count=Count("pk"), oldest=Min("created_at"))
        age = (now - found["oldest"]).total_seconds() if found["oldest"] else 0
        yield {"name": name, "count": found["count"], "age": int(age)}


def _plain(
    words: str, status: int = 200, content_type: str = "text/plain; charset=utf-8"
) -> HttpResponse:
    return HttpResponse(
        f"{words.rstrip()}\n",
        status=status,
        content_type=content_type,
        headers={"Cache-Control": "private, no-store"},
    )
