"""Taking and giving back a session's limited seats, one at a time and all at once."""

from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from agenda import actions
from agenda.models import Session, SignUp
from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.core.refusals import Refused
from registration.models import Status
from registration.tests.factories import AffiliationFactory, ParticipantFactory

THREADS = 20


def refusal(act, **what) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**what)
    return caught.value


@pytest.mark.django_db
class TestOneAtATime:
    def test_sign_up_takes_a_seat_for_the_sessions_time(self):
        session = SessionFactory(seats=1)
        person = ParticipantFactory(workshop=session.workshop)

        taken = actions.sign_up(session=session, participant=person)

        taken.refresh_from_db()
        assert taken.during == DateTimeTZRange(session.starts_at, session.ends_at)

    def test_sign_up_refuses_the_seat_after_the_last(self):
        session = SessionFactory(seats=1)
        people = ParticipantFactory.create_batch(2, workshop=session.workshop)
        actions.sign_up(session=session, participant=people[0])

        assert refusal(actions.sign_up, session=session, participant=people[1]).code == "full"

    def test_sign_up_refuses_a_second_seat(self):
        session = SessionFactory(seats=5)
        person = ParticipantFactory(workshop=session.workshop)
        actions.sign_up(session=session, participant=person)

        refused = refusal(actions.sign_up, session=session, participant=person)

        assert refused.code == "already-signed-up"
        assert session.sign_ups.count() == 1

    def test_sign_up_refuses_a_session_that_overlaps_and_names_the_other(self):
        session = SessionFactory(seats=5, title="Working group Cambodia")
        starts_at = session.starts_at + timedelta(minutes=30)
        other = SessionFactory(workshop=session.workshop, seats=5, starts_at=starts_at)
        person = ParticipantFactory(workshop=session.workshop)
        actions.sign_up(session=session, participant=person)

        refused = refusal(actions.sign_up, session=other, participant=person)

        assert refused.code == "overlap"
        assert "Working group Cambodia" in refused.sentence

    def test_sign_up_refuses_where_no_seats_are_limited(self):
        session = SessionFactory(seats=None)
        person = ParticipantFactory(workshop=session.workshop)

        assert refusal(actions.sign_up, session=session, participant=person).code == "no-sign-up"

    def test_sign_up_reads_the_registration_as_it_stands_now(self):
        session = SessionFactory(seats=5)
        person = ParticipantFactory(workshop=session.workshop)
        type(person).objects.filter(pk=person.pk).update(status=Status.CANCELLED)

        assert refusal(actions.sign_up, session=session, participant=person).code == "not-confirmed"

    def test_withdraw_frees_the_seat(self):
        session = SessionFactory(seats=1)
        first, second = ParticipantFactory.create_batch(2, workshop=session.workshop)
        actions.sign_up(session=session, participant=first)

        actions.withdraw(session=session, participant=first)

        assert actions.sign_up(session=session, participant=second)
        assert refusal(actions.withdraw, session=session, participant=first).code == "not-signed-up"

    def test_sign_ups_follow_a_changed_time(self):
        session = SessionFactory(seats=1)
        person = ParticipantFactory(workshop=session.workshop)
        actions.sign_up(session=session, participant=person)

        session.starts_at, session.ends_at = session.ends_at, session.ends_at + timedelta(hours=1)
        session.save()
        actions.sign_ups_follow(sessions=[session])

        assert SignUp.objects.get().during == DateTimeTZRange(session.starts_at, session.ends_at)

    def test_sign_ups_follow_sessions_that_trade_times(self):
        early = SessionFactory(seats=1)
        late = SessionFactory(workshop=early.workshop, seats=1, starts_at=early.ends_at)
        person = ParticipantFactory(workshop=early.workshop)
        for session in (early, late):
            actions.sign_up(session=session, participant=person)
        early.starts_at, late.starts_at = late.starts_at, early.starts_at
        early.ends_at, late.ends_at = late.ends_at, early.ends_at
        early.save()
        late.save()

        actions.sign_ups_follow(sessions=[early, late])

        assert early.sign_ups.get().during.lower == early.starts_at
        assert late.sign_ups.get().during.lower == late.starts_at

    def test_free_seats_of_somebody_who_will_not_come(self):
        session = SessionFactory(seats=5)
        leaver, stayer = ParticipantFactory.create_batch(2, workshop=session.workshop)
        for person in (leaver, stayer):
            actions.sign_up(session=session, participant=person)
        leaver.status = Status.CANCELLED

        for person in (leaver, stayer):
            actions.free_seats_of(participant=person)

        assert [sign_up.participant for sign_up in SignUp.objects.all()] == [stayer]

    def test_free_seats_of_somebody_no_longer_admitted(self):
        member = AffiliationFactory()
        session = SessionFactory(
            workshop=member.workshop, seats=5, access=Session.Access.RESTRICTED, admits=[member]
        )
        person = ParticipantFactory(workshop=member.workshop, verified=[member])
        actions.sign_up(session=session, participant=person)
        person.participant_affiliations.update(verified_at=None)

        actions.free_seats_of(participant=person)

        assert not SignUp.objects.exists()


@pytest.mark.django_db
class TestPages:
    def post(self, client, name, session):
        address = reverse(f"agenda:{name}", args=[session.workshop.slug, session.slug])
        return client.post(address, follow=True)

    def test_button_joins_and_leaves(self, client):
        session = SessionFactory(seats=5)
        person = ParticipantFactory(workshop=session.workshop)
        client.force_login(person.user)

        taken = self.post(client, "sign_up", session).content.decode()
        assert session.sign_ups.count() == 1
        assert "Leave this session" in taken

        freed = self.post(client, "withdraw", session).content.decode()
        assert not session.sign_ups.exists()
        assert "Join this session" in freed

    def test_button_is_replaced_by_the_reason_where_there_is_no_seat(self, client):
        session = SessionFactory(seats=1)
        holder, late = ParticipantFactory.create_batch(2, workshop=session.workshop)
        actions.sign_up(session=session, participant=holder)
        client.force_login(late.user)

        page = self.post(client, "sign_up", session).content.decode()

        assert page.count("All seats of this session are taken.") == 2  # the message, the reason
        assert "Join this session" not in page

    def test_verbs_are_post_only(self, client):
        session = SessionFactory(seats=1)
        client.force_login(ParticipantFactory(workshop=session.workshop).user)

        for name in ("sign_up", "withdraw"):
            address = reverse(f"agenda:{name}", args=[session.workshop.slug, session.slug])
            assert client.get(address).status_code == 405

    def test_verbs_know_no_session_that_does_not_admit_and_no_stranger(self, client):
        closed = SessionFactory(
            seats=1, access=Session.Access.RESTRICTED, listing=Session.Listing.LOCKED
        )
        is_open = SessionFactory(workshop=closed.workshop, seats=1)
        client.force_login(ParticipantFactory(workshop=closed.workshop).user)
        assert self.post(client, "sign_up", closed).status_code == 404

        client.force_login(UserFactory())
        assert self.post(client, "sign_up", is_open).status_code == 404
        assert not SignUp.objects.exists()


def race(session_and_person: list[tuple]) -> list[str]:
    """Everybody signs up at once, each on a connection of their own; what each was told."""
    told, start = [], Barrier(len(session_and_person))

    def run(session, person):
        try:
            start.wait()
            actions.sign_up(session=session, participant=person)
            told.append("yes")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in session_and_person]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.fixture
def crowd(transactional_db):
    session = SessionFactory(seats=1)
    return session, ParticipantFactory.create_batch(THREADS, workshop=session.workshop)


def test_last_seat_is_given_once(crowd):
    session, people = crowd

    told = race([(session, person) for person in people])

    assert told == ["full"] * (THREADS - 1) + ["yes"]
    assert session.sign_ups.count() == 1


def test_last_seat_is_given_twice_without_the_lock(crowd, monkeypatch):
    session, people = crowd
    all_asked = Barrier(THREADS, timeout=5)
    decide = actions.decide

    def decide_together(*args):
        decision = decide(*args)
        with suppress(BrokenBarrierError):  # broken where a lock lets only one come this far
            all_asked.wait()
        return decision

    monkeypatch.setattr(actions, "decide", decide_together)
    monkeypatch.setattr(actions, "lock", lambda rows, key: rows.get(pk=key))

    race([(session, person) for person in people])

    assert session.sign_ups.count() > 1


def test_one_person_takes_one_of_many_seats_at_once(crowd):
    session, people = crowd
    sessions = [
        SessionFactory(workshop=session.workshop, seats=5, starts_at=session.starts_at)
        for _n in range(THREADS)
    ]

    told = race([(each, people[0]) for each in sessions])

    assert told == ["overlap"] * (THREADS - 1) + ["yes"]
