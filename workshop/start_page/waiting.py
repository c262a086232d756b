"""What waits for the organisers of each workshop, counted, with the list that shows it."""

from collections import Counter
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from foundation.mail.models import Message
from foundation.series.models import Workshop
from registration.models import Invitation, Participant, ParticipantAffiliation, Status

# What waits, what to call so many of it, and where it is listed.
TASKS = [
    (
        Status.PENDING,
        ngettext_lazy("%d registration to decide", "%d registrations to decide"),
        ("registration_participant", {"status__exact": Status.PENDING.value}),
    ),
    (
        "claims",
        ngettext_lazy(
            "%d participant with affiliations to verify",
            "%d participants with affiliations to verify",
        ),
        ("registration_participant", {"claims": "yes"}),
    ),
    (
        Status.WAITING,
        ngettext_lazy("%d on the waiting list", "%d on the waiting list"),
        ("registration_participant", {"status__exact": Status.WAITING.value}),
    ),
    (
        "failed",
        ngettext_lazy("%d message failed", "%d messages failed"),
        ("mail_message", {"state": "failed"}),
    ),
    (
        "unused",
        ngettext_lazy("%d invitation not used yet", "%d invitations not used yet"),
        ("registration_invitation", {"state": "open"}),
    ),
]


def waiting_at(workshops: list[Workshop]) -> list[dict]:
    """Each workshop's tasks, and how many of its places are given; four queries in all."""
    counts = _counts(workshops)
    return [
        {
            "workshop": workshop,
            "url": _list(workshop, "registration_participant"),
            "confirmed": counts[Status.CONFIRMED, workshop.pk],
            "confirmed_url": _list(
                workshop, "registration_participant", status__exact=Status.CONFIRMED.value
            ),
            "tasks": _tasks(workshop, counts),
        }
        for workshop in workshops
    ]


def _counts(workshops: list[Workshop]) -> Counter:
    """How many of what, by (what, workshop's key)."""
    counted = {
        "claims": Participant.objects.filter(
            participant_affiliations__in=ParticipantAffiliation.objects.to_verify()
        ),
        "failed": Message.objects.failed(),
        "unused": Invitation.objects.good_at(timezone.now()),
    }
    counts = Counter()
    for what, rows in counted.items():
        for key, n in _per_workshop(rows, workshops, "workshop"):
            counts[what, key] = n
    for status, key, n in _per_workshop(Participant.objects, workshops, "status", "workshop"):
        counts[status, key] = n
    return counts


def _per_workshop(rows, workshops: list[Workshop], *by: str):
    rows = rows.filter(workshop__in=workshops).order_by().values_list(*by)
    return rows.annotate(n=Count("pk", distinct=True))


def _tasks(workshop: Workshop, counts: Counter) -> list[dict]:
    return [
        {"label": label % n, "url": _list(workshop, screen, **query)}
        for what, label, (screen, query) in TASKS
        if (n := counts[what, workshop.pk])
    ]


def _list(workshop: Workshop, screen: str, **query) -> str:
    address = reverse(f"admin:{screen}_changelist")
    return f"{address}?{urlencode({'workshop__id__exact': workshop.pk} | query)}"
