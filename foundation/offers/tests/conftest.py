"""A room with one seat, and people in line for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from foundation.offers import actions as offers
from foundation.offers.models import EntryState
from foundation.offers.tests.models import Person, Room, RoomEntry, RoomPool, Seat


def let_pass(*, person: Person) -> None:
    """Let the deadline of the offer to `person` be past."""
    past = timezone.now() - timedelta(minutes=1)
    offer = RoomEntry.objects.get(participant=person, state=EntryState.OFFERED)
    offer.offered_at, offer.offer_ends_at = past - timedelta(days=3), past
    offer.save()


def sitting(room: Room) -> list[str]:
    return list(
        Seat.objects.filter(room=room).order_by("pk").values_list("person__name", flat=True)
    )


@pytest.fixture
def room(db) -> Room:
    return Room.objects.create(seats=1)


@pytest.fixture
def pool(room) -> RoomPool:
    return RoomPool(room)


@pytest.fixture
def people(room) -> list[Person]:
    return [Person.objects.create(name=name) for name in ("Ada", "Bo", "Chan")]


@pytest.fixture
def line(pool, people) -> list[Person]:
    """Three in line, and nothing offered yet."""
    for person in people:
        offers.join(pool=pool, participant=person)
    return people
