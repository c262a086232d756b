"""People on a workshop's waiting list."""

from datetime import timedelta

from django.utils import timezone

from registration.actions import deciding
from registration.models import Participant, Status, WaitingListEntry
from registration.tests.factories import ParticipantFactory
from registration.waiting_list import entry_of


def line_of(workshop, count=3) -> list[Participant]:
    """So many, put on the list one after the other by an organiser."""
    people = ParticipantFactory.create_batch(count, workshop=workshop, status=Status.PENDING)
    return [deciding.put_on_waiting_list(participant=each, by=None) for each in people]


def states(people) -> list[str]:
    """What became of the last entry of each."""
    return [entry_of(each).state for each in people]


def let_pass(participant) -> None:
    """Let the deadline of the offer to `participant` be past."""
    past = timezone.now() - timedelta(minutes=1)
    WaitingListEntry.objects.offered().filter(participant=participant).update(
        offered_at=past - timedelta(days=3), offer_ends_at=past
    )
