"""Reserving, moving, changing and releasing a table: what each does, and every refusal."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import travel

from agenda.models import Session
from foundation.core.refusals import Refused
from foundation.mail.models import Message
from foundation.series.tests.factories import moment
from registration.models import Status
from registration.tests.factories import AffiliationFactory, ParticipantFactory
from worldcafe import actions
from worldcafe.models import Reservation
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db

TEXTS = {
    "practice": "Puppets & peers",
    "country": "KH",
    "summary": "We played.",
    "brings": "Two puppets",
}
HOUR = timedelta(hours=1)


@pytest.fixture
def cafe():
    return CafeFactory(session__title="World Café, first day")


@pytest.fixture
def table(cafe):
    return TableFactory(cafe=cafe, number=5)


@pytest.fixture
def host(cafe):
    return ParticipantFactory(workshop=cafe.workshop)


def refusal(act, **what) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**what)
    return caught.value


def last_mail() -> Message:
    return Message.objects.order_by("pk").last()


def close(cafe, **moments):
    for name, at in moments.items():
        setattr(cafe, name, at)
    cafe.save()


@pytest.fixture
def over(cafe):
    """Call it to let the café's last minute pass, and `later`, if any."""
    with ExitStack() as stack:
        yield lambda later=timedelta(): stack.enter_context(
            travel(cafe.session.ends_at + later, tick=False)
        )


class TestReserve:
    def test_holds_the_table_and_mails_what_was_reserved(self, table, host):
        made = actions.reserve(table=table, host=host, **TEXTS)

        made.refresh_from_db()
        assert (made.table, made.host, made.released_at) == (table, host, None)
        assert {name: str(getattr(made, name)) for name in TEXTS} == TEXTS
        mail = last_mail()
        assert (mail.about, mail.to) == (host.public_id, host.user.email)
        assert not mail.is_secret
        assert mail.subject == "Your World Café table: Table 5"
        for said in ("“Puppets & peers”", "09:00–10:00 (Asia/Bangkok)", "You bring: Two puppets"):
            assert said in mail.text
        assert f"http://127.0.0.1:8000{table.get_absolute_url()}" in mail.text

    def test_keeps_who_did_it_in_the_history(self, table, host):
        made = actions.reserve(table=table, host=host, **TEXTS)

        assert made.history.count() == 1

    def test_refuses_a_table_that_was_just_taken(self, table, host):
        ReservationFactory(table=table)

        refused = refusal(actions.reserve, table=table, host=host, **TEXTS)

        assert (refused.code, refused.sentence) == ("just-taken", "Table 5 was just taken.")
        assert not Message.objects.exists()

    def test_refuses_the_same_table_twice_saying_that_it_is_theirs(self, table, host):
        actions.reserve(table=table, host=host, **TEXTS)

        assert refusal(actions.reserve, table=table, host=host, **TEXTS).code == "yours-already"

    def test_refuses_a_second_table_naming_the_first(self, table, host):
        actions.reserve(table=table, host=host, **TEXTS)
        session = {"session__workshop": host.workshop, "session__title": "Second day"}
        other_day = CafeFactory(session__starts_at=moment(host.workshop, day=1), **session)

        refused = refusal(actions.reserve, table=TableFactory(cafe=other_day), host=host, **TEXTS)

        assert refused.code == "has-a-table"
        assert "Table 5, World Café, first day" in refused.sentence
        assert "Move it or release it first" in refused.sentence

    def test_refuses_before_reservations_open_and_says_when(self, cafe, table, host):
        close(cafe, reservations_open_at=moment(cafe.workshop, day=-30))

        refused = refusal(actions.reserve, table=table, host=host, **TEXTS)

        assert refused.code == "not-open-yet"
        assert "09:00 (Asia/Bangkok)" in refused.sentence

    def test_refuses_once_reservations_are_closed(self, cafe, table, host):
        close(cafe, reservations_close_at=timezone.now() - HOUR)

        assert refusal(actions.reserve, table=table, host=host, **TEXTS).code == "closed"

    def test_lets_an_organiser_reserve_outside_the_opening_times_and_not_afterwards(
        self, cafe, table, host, over
    ):
        close(cafe, reservations_close_at=timezone.now() - HOUR)
        actions.reserve(table=table, host=host, by_organiser=True, **TEXTS)
        assert Reservation.objects.active().count() == 1

        over()
        late = {
            "table": TableFactory(cafe=cafe),
            "host": ParticipantFactory(workshop=cafe.workshop),
        }
        assert refusal(actions.reserve, by_organiser=True, **late, **TEXTS).code == "over"

    def test_refuses_a_cafe_that_is_over(self, table, host, over):
        over()

        assert refusal(actions.reserve, table=table, host=host, **TEXTS).code == "over"

    @pytest.mark.parametrize("status", [s for s in Status if s != Status.CONFIRMED])
    def test_reads_the_registration_as_it_stands_now(self, table, host, status):
        type(host).objects.filter(pk=host.pk).update(status=status)

        assert refusal(actions.reserve, table=table, host=host, **TEXTS).code == "not-confirmed"

    def test_refuses_a_participant_of_another_workshop(self, table):
        stranger = ParticipantFactory()

        assert refusal(actions.reserve, table=table, host=stranger, **TEXTS).code == "not-confirmed"

    def test_refuses_whom_the_session_does_not_admit(self, cafe, table, host):
        cafe.session.access = Session.Access.RESTRICTED
        cafe.session.save()
        asked = {"table": table, "host": host, "by_organiser": True}
        assert refusal(actions.reserve, **asked, **TEXTS).code == "invitation-only"

        cafe.session.affiliations.add(AffiliationFactory(workshop=cafe.workshop))
        assert refusal(actions.reserve, **asked, **TEXTS).code == "affiliation"

    def test_refuses_what_is_no_longer_there(self, table, host):
        type(table).objects.filter(pk=table.pk).delete()
        assert refusal(actions.reserve, table=table, host=host, **TEXTS).code == "gone"

        type(host).objects.filter(pk=host.pk).delete()
        assert refusal(actions.reserve, table=table, host=host, **TEXTS).code == "gone"

    def test_is_undone_where_its_mail_can_not_be_written(self, table, host, monkeypatch):
        def broken(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr(actions, "notify", broken)

        with pytest.raises(RuntimeError):
            actions.reserve(table=table, host=host, **TEXTS)

        assert not Reservation.objects.exists()


class TestMove:
    @pytest.fixture
    def held(self, table, host):
        return ReservationFactory(table=table, host=host)

    def test_takes_the_other_table_and_frees_the_first(self, cafe, table, held):
        actions.move(reservation=held, table=TableFactory(cafe=cafe, number=7))

        held.refresh_from_db()
        assert held.table.number == 7
        assert last_mail().subject.endswith("Table 7")
        other = ParticipantFactory(workshop=cafe.workshop)
        assert actions.reserve(table=table, host=other, **TEXTS)

    def test_to_ones_own_table_changes_and_mails_nothing(self, table, held):
        actions.move(reservation=held, table=table)

        assert not Message.objects.exists()

    def test_refuses_a_table_that_was_just_taken_and_keeps_the_first(self, cafe, table, held):
        taken = ReservationFactory(table=TableFactory(cafe=cafe)).table

        assert refusal(actions.move, reservation=held, table=taken).code == "just-taken"

        held.refresh_from_db()
        assert held.table == table

    def test_refuses_to_a_cafe_that_is_closed_or_of_another_workshop(self, held):
        workshop = held.host.workshop
        past = timezone.now() - HOUR
        closed = CafeFactory(session__workshop=workshop, reservations_close_at=past)
        there = {"reservation": held, "table": TableFactory(cafe=closed)}

        assert refusal(actions.move, **there).code == "closed"
        assert actions.move(**there, by_organiser=True).table == there["table"]
        assert refusal(actions.move, reservation=held, table=TableFactory()).code == "closed"
        elsewhere = {"reservation": held, "table": TableFactory(), "by_organiser": True}
        assert refusal(actions.move, **elsewhere).code == "not-confirmed"

    def test_refuses_from_a_cafe_that_takes_no_changes_any_more(self, cafe, held):
        close(cafe, reservations_close_at=timezone.now() - HOUR)
        is_open = CafeFactory(session__workshop=cafe.workshop)

        refused = refusal(actions.move, reservation=held, table=TableFactory(cafe=is_open))

        assert refused.code == "closed"

    def test_refuses_a_reservation_that_was_released_in_the_meantime(self, cafe, held):
        actions.release(reservation=held)

        stale = {"reservation": held, "table": TableFactory(cafe=cafe)}
        assert refusal(actions.move, **stale).code == "released"


class TestChangeAndRelease:
    @pytest.fixture
    def held(self, table, host):
        return ReservationFactory(table=table, host=host)

    def test_change_writes_the_texts_also_after_reservations_have_closed(self, cafe, held):
        close(cafe, reservations_close_at=timezone.now() - HOUR)

        actions.change(reservation=held, **TEXTS)

        held.refresh_from_db()
        assert {name: str(getattr(held, name)) for name in TEXTS} == TEXTS

    def test_release_frees_the_table_and_stays_on_record(self, table, host, held):
        actions.release(reservation=held)

        held.refresh_from_db()
        assert held.released_at
        assert not Message.objects.exists()
        assert actions.reserve(table=table, host=host, **TEXTS)
        assert Reservation.objects.count() == 2

    def test_release_by_an_organiser_mails_the_host(self, held):
        actions.release(reservation=held, by_organiser=True)

        mail = last_mail()
        assert mail.to == held.host.user.email
        assert held.practice in mail.text

    @pytest.mark.parametrize("act", [actions.change, actions.release])
    def test_refuse_what_was_released_and_what_is_over(self, held, act, over):
        texts = TEXTS if act == actions.change else {}
        over(later=HOUR if texts else timedelta())  # a text sent within the hour is taken
        assert refusal(act, reservation=held, **texts).code == "over"

        Reservation.objects.update(released_at=timezone.now())
        assert refusal(act, reservation=held, **texts).code == "released"


class TestReleaseOf:
    def test_somebody_who_will_not_come_loses_the_table_without_a_mail_of_ours(self, table):
        leaver, stayer = (ReservationFactory(table=each).host for each in (table, TableFactory()))
        leaver.status = Status.CANCELLED

        for person in (leaver, stayer):
            actions.release_of(participant=person)

        assert [held.host for held in Reservation.objects.active()] == [stayer]
        assert not Message.objects.exists()

    def test_somebody_no_longer_admitted_is_told(self, cafe, table):
        member = AffiliationFactory(workshop=cafe.workshop)
        cafe.session.access, cafe.session.title = Session.Access.RESTRICTED, "Secret-title"
        cafe.session.save()
        cafe.session.affiliations.add(member)
        person = ParticipantFactory(workshop=cafe.workshop, verified=[member])
        ReservationFactory(table=table, host=person)
        actions.release_of(participant=person)
        assert Reservation.objects.active().exists()

        person.participant_affiliations.update(verified_at=None)
        actions.release_of(participant=person)

        assert not Reservation.objects.active().exists()
        mail = last_mail()
        assert mail.to == person.user.email
        assert "Secret-title" not in mail.subject + mail.text

    def test_a_table_of_a_cafe_that_is_over_stays_on_record(self, table, host, over):
        ReservationFactory(table=table, host=host)
        over()
        host.status = Status.CANCELLED

        actions.release_of(participant=host)

        assert Reservation.objects.active().exists()
