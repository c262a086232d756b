"""What waits for the organisers of each workshop, counted, with the list that shows it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext_lazy
from post_office.models import STATUS

from foundation.series.models import Workshop
from registration.models import Invitation, Mail, Participant, ParticipantAffiliation, Status

# What waits, what to call so many of it, and where it is listed.
TASKS = [
    (
        Status.PENDING,
        ngettext_lazy("%d registration to decide", "%d registrations to decide"),
        ("participant", {"status__exact": Status.PENDING.value}),
    ),
    (
        "claims",
        ngettext_lazy(
            "%d participant with affiliations to verify",
            "%d participants with affiliations to verify",
        ),
        ("participant", {"claims": "yes"}),
    ),
    (
        Status.WAITING,
        ngettext_lazy("%d on the waiting list", "%d on the waiting list"),
        ("participant", {"status__exact": Status.WAITING.value}),
    ),
    (
        "failed",
        ngettext_lazy("%d mail failed", "%d mails failed"),
        ("mail", {"state": STATUS.failed}),
    ),
    (
        "unused",
        ngettext_lazy("%d invitation not used yet", "%d invitations not used yet"),
        ("invitation", {"state": "open"}),
    ),
]


def waiting_at(workshops: list[Workshop]) -> list[dict[str, object]]:
    """Return each workshop's tasks, and how many of its places are given; four queries in all."""
    counts = _counts(workshops)
    return [
        {
            "workshop": workshop,
            "url": _list(workshop, "participant"),
            "confirmed": counts[Status.CONFIRMED, workshop.pk],
            "confirmed_url": _list(workshop, "participant", status__exact=Status.CONFIRMED.value),
            "tasks": _tasks(workshop, counts),
        }
        for workshop in workshops
    ]


def _counts(workshops: list[Workshop]) -> Counter[tuple[str, int]]:
    """How many of what, by (what, workshop's key)."""
    counted = {
        "claims": Participant.objects.filter(
            participant_affiliations__in=ParticipantAffiliation.objects.to_verify()
        ),
        "failed": Mail.objects.filter(email__status=STATUS.failed),
        "unused": Invitation.objects.good_at(timezone.now()),
    }
    counts: Counter[tuple[str, int]] = Counter()
    for what, rows in counted.items():
        for key, n in _per_workshop(rows, workshops, "workshop"):
            counts[what, key] = n
    for status, key, n in _per_workshop(Participant.objects.all(), workshops, "status", "workshop"):
        counts[status, key] = n
    return counts


def _per_workshop(
    rows: QuerySet[Model], workshops: list[Workshop], *by: str
) -> Iterable[tuple[Any, ...]]:
    """How many rows there are, after each combination of the values in the columns `by`."""
    groups = rows.filter(workshop__in=workshops).order_by().values_list(*by)
    counted: Iterable[tuple[Any, ...]] = groups.annotate(n=Count("pk", distinct=True))
    return counted


def _tasks(workshop: Workshop, counts: Counter[tuple[str, int]]) -> list[dict[str, str]]:
    return [
        {"label": label % n, "url": _list(workshop, model, **query)}
        for what, label, (model, query) in TASKS
        if (n := counts[what, workshop.pk])
    ]


def _list(workshop: Workshop, model: str, **query: str) -> str:
    address = reverse(f"admin:registration_{model}_changelist")
    return f"{address}?{urlencode({'workshop__id__exact': workshop.pk} | query)}"
