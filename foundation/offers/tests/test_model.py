"""Whatever happens in whatever order: a waiting list does what a plain list of names would."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from foundation.core.refusals import Refused
from foundation.offers import actions as offers
from foundation.offers.tests.conftest import let_pass
from foundation.offers.tests.models import Person, Room, RoomEntry, RoomPool, Seat

NUMBER = st.integers(0, 4)


class Line(RuleBasedStateMachine):
    """Beside the database: who waits, in order; who has an offer; who sits; who may not."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.room = Room.objects.create(seats=1)
        self.pool = RoomPool(self.room)
        self.people = [Person.objects.create(name=str(n)) for n in range(5)]
        self.waiting, self.offered, self.lapsed, self.sitting = [], [], set(), set()
        self.kept_out = set()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def move_up(self):
        for n in [n for n in self.waiting if n not in self.kept_out]:
            if len(self.offered) + len(self.sitting) < self.room.seats:
                self.waiting.remove(n)
                self.offered.append(n)

    def take_out(self, n):
        for group in (self.waiting, self.offered):
            with suppress(ValueError):
                group.remove(n)
        self.lapsed.discard(n)

    @rule(n=NUMBER)
    def join(self, n):
        in_line = n in self.waiting or n in self.offered
        if n in self.sitting:
            return
        try:
            offers.join(pool=self.pool, participant=self.people[n])
        except Refused:
            assert in_line
        else:
            assert not in_line
            self.waiting.append(n)

    @rule(n=NUMBER)
    def leave_line_or_seat(self, n):
        Seat.objects.filter(person=self.people[n]).delete()
        offers.leave(pool=self.pool, participant=self.people[n])
        self.sitting.discard(n)
        self.take_out(n)
        self.move_up()

    @rule(n=NUMBER)
    def accept(self, n):
        person = self.people[n]
        try:
            offers.accept(pool=self.pool, participant=person, take=lambda: self.pool.take(person))
        except Refused:
            assert n not in self.offered or n in self.lapsed
        else:
            assert n in self.offered
            self.take_out(n)
            self.sitting.add(n)

    @rule(n=NUMBER)
    def sit_past_the_line(self, n):
        person = self.people[n]
        if n in self.sitting or self.pool.free(besides=person) <= 0:
            return
        self.pool.take(person)
        offers.settle(pool=self.pool, participant=person)
        self.take_out(n)
        self.sitting.add(n)

    @precondition(lambda self: set(self.offered) - self.lapsed)
    @rule(data=st.data())
    def let_an_offer_lapse(self, data):
        n = data.draw(st.sampled_from(sorted(set(self.offered) - self.lapsed)))
        let_pass(person=self.people[n])
        self.lapsed.add(n)

    @rule()
    def worker_comes(self):
        offers.expire(pool=self.pool)
        for n in sorted(self.lapsed):
            self.take_out(n)
        self.move_up()

    @rule()
    def one_seat_more(self):
        self.room.seats += 1
        self.room.save()
        offers.offer_free(pool=self.pool)
        self.move_up()

    @rule(n=NUMBER)
    def keep_out_or_let_in(self, n):
        self.kept_out ^= {n}
        Person.objects.filter(pk=self.people[n].pk).update(may_sit=n not in self.kept_out)

    @invariant()
    def nothing_is_given_twice(self):
        assert len(self.sitting) + RoomEntry.objects.offered().count() <= self.room.seats
        assert {int(each.person.name) for each in Seat.objects.all()} == self.sitting

    @invariant()
    def everybody_stands_where_the_plain_list_says(self):
        entries = RoomEntry.objects.in_line().select_related("participant")
        assert [int(each.participant.name) for each in entries.waiting()] == self.waiting
        assert {int(each.participant.name) for each in entries.offered()} == set(self.offered)
        for place, n in enumerate(self.waiting, start=1):
            assert offers.position(pool=self.pool, participant=self.people[n]) == place

    @invariant()
    def everybody_has_one_open_entry_at_most(self):
        names = [each.participant_id for each in RoomEntry.objects.open()]
        assert len(names) == len(set(names))


FEW = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# The same examples every time, until one fails; the smallest that fails is not looked for.
UNTIL_IT_FAILS = settings(
    FEW,
    max_examples=300,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
)


@pytest.mark.django_db
def test_line_does_what_a_plain_list_would():
    run_state_machine_as_test(Line, settings=FEW)


@pytest.mark.django_db
def test_plain_list_notices_an_offer_that_is_not_counted(monkeypatch):
    monkeypatch.setattr(RoomPool, "offered", lambda self, besides=None: 0)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Line, settings=UNTIL_IT_FAILS)
