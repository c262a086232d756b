"""One line, one step at a time: who is next, until when, and what becomes of an offer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.core.refusals import Refused
from foundation.core.violations import violated_constraint
from foundation.offers import actions as offers
from foundation.offers.models import EntryState
from foundation.offers.tests.conftest import let_pass, sitting
from foundation.offers.tests.models import RoomEntry, RoomPool


def accept(pool, person) -> None:
    offers.accept(pool=pool, participant=person, take=lambda: pool.take(person))


def refusal(act, **what) -> str:
    with pytest.raises(Refused) as refused:
        act(**what)
    assert refused.value.sentence
    return refused.value.code


def positions(pool, people) -> list[int | None]:
    return [offers.position(pool=pool, participant=person) for person in people]


def states(people) -> list[str]:
    return [RoomEntry.objects.filter(participant=each).latest("pk").state for each in people]


class TestJoining:
    def test_join_gives_positions_in_order(self, pool, line):
        assert positions(pool, line) == [1, 2, 3]

    def test_join_twice_is_refused_and_changes_nothing(self, pool, line):
        assert refusal(offers.join, pool=pool, participant=line[0]) == "already-in-line"
        assert positions(pool, line) == [1, 2, 3]

    def test_who_joined_in_the_same_moment_stands_in_the_order_of_their_entries(self, pool, line):
        RoomEntry.objects.update(joined_at=timezone.now())

        assert positions(pool, line) == [1, 2, 3]

    def test_who_never_joined_is_told_that_nothing_is_offered(self, pool, people):
        assert refusal(accept, pool=pool, person=people[0]) == "no-offer"

    def test_nobody_else_moves_when_one_stands_in_two_lines(self, pool, line):
        other = RoomPool(type(pool.room).objects.create(seats=1))

        offers.join(pool=other, participant=line[2])

        assert offers.position(pool=other, participant=line[2]) == 1
        assert positions(pool, line) == [1, 2, 3]

    def test_leave_moves_the_others_up(self, pool, line):
        pool.take(line[0])

        offers.leave(pool=pool, participant=line[1])

        assert positions(pool, line) == [1, None, 2]

    def test_leave_is_nothing_for_who_is_not_in_line(self, pool, people):
        offers.leave(pool=pool, participant=people[0])

        assert not RoomEntry.objects.exists()


class TestOffering:
    def test_free_seat_is_offered_to_the_first_and_told_with_its_end(self, pool, line, settings):
        settings.OFFER_GOOD_FOR = timedelta(hours=5)

        offers.offer_free(pool=pool)

        offer = RoomEntry.objects.get(state=EntryState.OFFERED)
        assert (offer.participant, offer.offer_ends_at - offer.offered_at) == (
            line[0],
            timedelta(hours=5),
        )
        assert pool.told == [("Ada", "seat_offered")]
        assert positions(pool, line) == [None, 1, 2]

    def test_offer_counts_as_taken(self, pool, line):
        offers.offer_free(pool=pool)
        offers.offer_free(pool=pool)

        assert pool.free() == 0
        assert pool.free(besides=line[0]) == 1
        assert pool.free(besides=line[1]) == 0
        assert pool.told == [("Ada", "seat_offered")]

    def test_who_may_not_take_a_seat_is_passed_over_and_keeps_their_position(self, pool, line):
        line[0].may_sit = False
        line[0].save()

        offers.offer_free(pool=pool)

        assert pool.told == [("Bo", "seat_offered")]
        assert positions(pool, line) == [1, None, 2]

    def test_every_free_seat_is_offered(self, pool, line):
        pool.room.seats = 2
        pool.room.save()

        offers.offer_free(pool=pool)

        assert [name for name, _news in pool.told] == ["Ada", "Bo"]

    def test_without_a_limit_everybody_gets_an_offer(self, pool, line):
        pool.room.seats = None
        pool.room.save()

        offers.offer_free(pool=pool)

        assert len(pool.told) == 3

    def test_nothing_is_offered_that_would_have_ended(self, pool, line, monkeypatch):
        monkeypatch.setattr(pool, "offer_ends_at", lambda now: now)

        offers.offer_free(pool=pool)

        assert pool.told == []


class TestAnswering:
    @pytest.fixture
    def offered(self, pool, line):
        """Ada has the offer; Bo and Chan wait."""
        offers.offer_free(pool=pool)
        pool.told.clear()
        return line

    def test_accept_takes_the_seat(self, pool, room, offered):
        accept(pool, offered[0])

        assert sitting(room) == ["Ada"]
        assert states(offered) == ["accepted", "waiting", "waiting"]

    def test_accept_twice_takes_one_seat(self, pool, room, offered):
        accept(pool, offered[0])

        assert refusal(accept, pool=pool, person=offered[0]) == "already-accepted"
        assert sitting(room) == ["Ada"]

    def test_accept_without_an_offer_is_refused(self, pool, room, offered):
        assert refusal(accept, pool=pool, person=offered[1]) == "no-offer"
        assert sitting(room) == []

    def test_accept_after_the_end_is_refused_before_and_after_the_worker_came(
        self, pool, room, offered
    ):
        let_pass(person=offered[0])

        before = refusal(accept, pool=pool, person=offered[0])
        offers.expire(pool=pool)
        after = refusal(accept, pool=pool, person=offered[0])

        assert (before, after, sitting(room)) == ("offer-ended", "offer-ended", [])

    def test_accept_is_undone_with_what_it_takes(self, pool, offered):
        with pytest.raises(ZeroDivisionError):
            offers.accept(pool=pool, participant=offered[0], take=lambda: 1 / 0)

        assert states(offered)[0] == "offered"

    def test_leaving_passes_the_offer_on(self, pool, offered):
        offers.leave(pool=pool, participant=offered[0])

        assert states(offered) == ["left", "offered", "waiting"]
        assert pool.told == [("Bo", "seat_offered")]

    def test_expired_offer_leaves_the_line_is_told_and_passed_on(self, pool, offered):
        let_pass(person=offered[0])

        assert offers.expire(pool=pool) == 1

        assert states(offered) == ["expired", "offered", "waiting"]
        assert pool.told == [("Ada", "offer_ended"), ("Bo", "seat_offered")]

    def test_offer_ends_at_its_moment_and_says_it_in_words(self, offered):
        entry = RoomEntry.objects.get(participant=offered[0])
        end = entry.offer_ends_at = datetime(2027, 2, 3, 2, 5, tzinfo=UTC)

        assert entry.is_good_at(end - timedelta(microseconds=1))
        assert not entry.is_good_at(end)
        assert entry.offer_until(ZoneInfo("Asia/Bangkok")) == "Wed 3 Feb 2027, 09:05 (Asia/Bangkok)"
        assert RoomEntry().offer_until(ZoneInfo("Asia/Bangkok")) == ""

    def test_entry_that_says_offered_without_an_end_is_good_for_nothing(self):
        assert not RoomEntry(state=EntryState.OFFERED).is_good_at(timezone.now())

    def test_offer_whose_end_is_to_come_stays(self, pool, offered):
        assert offers.expire(pool=pool) == 0
        assert states(offered)[0] == "offered"

    def test_who_let_an_offer_end_joins_again_at_the_end(self, pool, offered):
        let_pass(person=offered[0])
        offers.expire(pool=pool)

        offers.join(pool=pool, participant=offered[0])

        assert positions(pool, offered) == [2, None, 1]

    def test_settle_takes_the_entry_of_who_got_a_seat_past_the_line(self, pool, offered):
        pool.take(offered[0])

        offers.settle(pool=pool, participant=offered[0])

        assert states(offered) == ["accepted", "waiting", "waiting"]
        assert pool.free() == 0


NOW = timezone.now()
HAS_ITS_OFFER = "roomentry_has_the_offer_of_its_state"


@pytest.mark.django_db
class TestConstraints:
    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"state": "lost"}, HAS_ITS_OFFER),
            ({"state": "offered"}, HAS_ITS_OFFER),
            ({"state": "offered", "offered_at": NOW}, HAS_ITS_OFFER),
            (
                {"state": "offered", "offered_at": NOW, "offer_ends_at": NOW},
                HAS_ITS_OFFER,
            ),
            (
                {"offered_at": NOW, "offer_ends_at": NOW + timedelta(days=1)},
                HAS_ITS_OFFER,
            ),
            ({"state": "waiting"}, "roomentry_open_once"),
        ],
    )
    def test_broken_rule_is_refused_by_name(self, room, people, fields, constraint):
        RoomEntry.objects.create(room=room, participant=people[0])

        with pytest.raises(IntegrityError) as violation, transaction.atomic():
            RoomEntry.objects.create(room=room, participant=people[0], **fields)

        assert violated_constraint(violation.value) == constraint
