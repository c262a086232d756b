"""The last seat, wanted by many at once; and without the lock, to show that a test can fail."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import transaction

from foundation.core.refusals import Refused
from foundation.core.tests.at_once import THREADS, at_once
from foundation.offers import actions as offers
from foundation.offers.tests.conftest import let_pass, sitting
from foundation.offers.tests.models import Person, Room, RoomEntry, RoomPool

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd(room) -> list[Person]:
    """As many in line as there are threads; nothing is offered yet."""
    people = [Person.objects.create(name=f"{n:02}") for n in range(THREADS)]
    for person in people:
        offers.join(pool=RoomPool(room), participant=person)
    return people


def accept(room: Room, person: Person) -> str:
    pool = RoomPool(room)
    try:
        offers.accept(pool=pool, participant=person, take=lambda: pool.take(person))
    except Refused as refused:
        return refused.code
    return "yes"


def sit_past_the_line(room: Room, person: Person) -> str:
    """What an organiser's “confirm” does."""
    pool = RoomPool(room)
    with transaction.atomic():
        pool.lock()
        if pool.free(besides=person) <= 0:
            return "full"
        pool.take(person)
        offers.settle(pool=pool, participant=person)
    return "yes"


def test_freed_seat_is_offered_once_by_many(room, crowd):
    at_once(lambda n: offers.offer_free(pool=RoomPool(room)))

    assert [each.participant for each in RoomEntry.objects.offered()] == crowd[:1]


def test_offer_is_accepted_once_however_often_the_button_is_pressed(room, crowd):
    offers.offer_free(pool=RoomPool(room))

    told = at_once(lambda n: accept(room, crowd[0]))

    assert sorted(told) == ["already-accepted"] * (THREADS - 1) + ["yes"]
    assert sitting(room) == ["00"]


def test_offered_seat_goes_to_nobody_else_while_it_is_accepted(room, crowd):
    offers.offer_free(pool=RoomPool(room))

    told = at_once(
        lambda n: accept(room, crowd[0]) if n == 0 else sit_past_the_line(room, crowd[n])
    )

    assert sorted(told) == ["full"] * (THREADS - 1) + ["yes"]
    assert sitting(room) == ["00"]


def test_offer_that_ends_is_passed_on_once_by_many_workers(room, crowd):
    offers.offer_free(pool=RoomPool(room))
    let_pass(person=crowd[0])

    told = at_once(lambda n: offers.expire(pool=RoomPool(room)))

    assert sorted(told) == [0] * (THREADS - 1) + [1]
    assert [each.participant for each in RoomEntry.objects.offered()] == crowd[1:2]


def test_everybody_who_leaves_at_once_is_out_and_the_last_gets_the_seat(room, crowd):
    at_once(lambda n: n and offers.leave(pool=RoomPool(room), participant=crowd[n - 1]))

    assert [each.participant for each in RoomEntry.objects.open()] == crowd[-1:]
    assert [each.participant for each in RoomEntry.objects.offered()] == crowd[-1:]


def test_one_person_joins_once_however_often_they_press(room, people):
    def join(n):
        try:
            offers.join(pool=RoomPool(room), participant=people[0])
        except Refused as refused:
            return refused.code
        return "yes"

    assert sorted(at_once(join)) == ["already-in-line"] * (THREADS - 1) + ["yes"]


def test_without_the_lock_a_freed_seat_is_given_more_than_once(room, crowd, monkeypatch):
    all_counted = Barrier(THREADS, timeout=10)
    free = RoomPool.free

    def count_together(pool, *, besides=None):
        answer = free(pool, besides=besides)
        with suppress(BrokenBarrierError):  # broken where a lock lets only one come this far
            all_counted.wait()
        return answer

    monkeypatch.setattr(RoomPool, "free", count_together)
    monkeypatch.setattr(RoomPool, "lock", lambda pool: None)

    told = at_once(lambda n: sit_past_the_line(room, crowd[n]))

    assert told == ["yes"] * THREADS
    assert len(sitting(room)) == THREADS
