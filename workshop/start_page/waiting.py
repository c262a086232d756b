"""What waits for the organisers of each workshop, counted, with the list that shows it.

People are counted without the protected, as their lists are; what waits of these, and messages
about them, are told only to those who may know them. Seats are counted with everybody: else one
would be given twice.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from foundation.mail.models import Message
from foundation.series.models import Workshop
from foundation.series.roles import Area, Staff, may
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
        "protected",
        ngettext_lazy(
            "%d registration of a protected participant to decide",
            "%d registrations of protected participants to decide",
        ),
        ("registration_participant", {"status__exact": Status.PENDING.value, "protected": "yes"}),
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


def waiting_at(workshops: list[Workshop], user: Staff) -> list[dict[str, object]]:
    """Return each workshop's tasks, and how many of its seats are taken; four queries in all."""
    counts = _counts(workshops, user)
    for workshop in workshops:
        if not may(user, "view", Area.PROTECTED, workshop):
            del counts["protected", workshop.pk]
    return [
        {
            "workshop": workshop,
            "url": _list(workshop, "registration_participant"),
            "confirmed": counts["seats taken", workshop.pk],
            "confirmed_url": _list(
                workshop, "registration_participant", status__exact=Status.CONFIRMED.value
            ),
            "tasks": _tasks(workshop, counts),
        }
        for workshop in workshops
    ]


def _counts(workshops: list[Workshop], user: Staff) -> Counter[tuple[str, int]]:
    """How many of what, by (what, workshop's key)."""
    counted: dict[str, Any] = {
        "claims": Participant.objects.listed().filter(
            participant_affiliations__in=ParticipantAffiliation.objects.to_verify()
        ),
        "failed": Message.objects.failed().shown_to(user),
        "unused": Invitation.objects.good_at(timezone.now()),
    }
    counts: Counter[tuple[str, int]] = Counter()
    for what, rows in counted.items():
        for key, n in _per_workshop(rows, workshops, "workshop"):
            counts[what, key] = n
    by = ("status", "is_protected", "workshop")
    for status, is_protected, key, n in _per_workshop(Participant.objects.all(), workshops, *by):
        if status == Status.CONFIRMED:
            counts["seats taken", key] += n
        if not is_protected:
            counts[status, key] = n
        elif status == Status.PENDING:
            counts["protected", key] = n
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
        {"label": label % n, "url": _list(workshop, screen, **query)}
        for what, label, (screen, query) in TASKS
        if (n := counts[what, workshop.pk])
    ]


def _list(workshop: Workshop, screen: str, **query: str) -> str:
    address = reverse(f"admin:{screen}_changelist")
    return f"{address}?{urlencode({'workshop__id__exact': workshop.pk} | query)}"
