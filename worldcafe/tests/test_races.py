"""Many at once, each on a connection of their own; and the same with the guard taken away."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from agenda import session_changes
from foundation.core.refusals import Refused
from registration.models import Participant, Status
from registration.tests.factories import ParticipantFactory
from worldcafe import actions
from worldcafe.models import Reservation, Table
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 20
TEXTS = {"practice": "Puppets", "country": "KH", "summary": "We played."}


def race(acts: list) -> list[str]:
    """Do all at once; what each was told, sorted."""
    told, start = [], Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            act()
            told.append("yes")
        except Refused as refused:
            told.append(refused.code)
        except (IntegrityError, OperationalError) as error:
            told.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def reserving(table, host):
    return lambda: actions.reserve(table=table, host=host, **TEXTS)


@pytest.fixture
def crowd():
    table = TableFactory()
    return table, ParticipantFactory.create_batch(THREADS, workshop=table.cafe.workshop)


@pytest.fixture
def together(monkeypatch):
    """Let everybody be told yes before the first writes, and lock nothing."""

    all_asked = Barrier(THREADS, timeout=5)
    may_reserve = actions.may_reserve

    def asked_together(*args, **kwargs):
        decision = may_reserve(*args, **kwargs)
        with suppress(BrokenBarrierError):
            all_asked.wait()
        return decision

    def tables(*keys):
        return list(Table.objects.filter(pk__in=keys).order_by("pk"))

    monkeypatch.setattr(actions, "may_reserve", asked_together)
    monkeypatch.setattr(actions, "_locked_tables", tables)
    monkeypatch.setattr(actions, "_locked_host", lambda pk: Participant.objects.get(pk=pk))


@pytest.fixture
def without():
    """Take a constraint out of the database, and put it back at the end."""
    dropped = []

    def without(name):
        constraint = next(each for each in Reservation._meta.constraints if each.name == name)
        with connection.schema_editor() as editor:
            editor.remove_constraint(Reservation, constraint)
        dropped.append(constraint)

    yield without
    Reservation.history.model.objects.all().delete()
    Reservation.objects.all().delete()
    for constraint in dropped:
        with connection.schema_editor() as editor:
            editor.add_constraint(Reservation, constraint)


def test_one_table_has_one_holder_and_everybody_else_a_sentence(crowd):
    table, people = crowd

    told = race([reserving(table, host) for host in people])

    assert told == ["just-taken"] * (THREADS - 1) + ["yes"]
    assert Reservation.objects.active().count() == 1


def test_one_table_has_one_holder_also_without_our_locks(crowd, together):
    table, people = crowd

    told = race([reserving(table, host) for host in people])

    assert told == ["just-taken"] * (THREADS - 1) + ["yes"]


def test_one_table_has_many_holders_without_the_constraint(crowd, without):
    table, people = crowd
    without("reservation_one_active_per_table")

    race([reserving(table, host) for host in people])

    assert Reservation.objects.active().filter(table=table).count() > 1


def test_one_host_has_one_of_many_tables(crowd):
    table, people = crowd
    tables = TableFactory.create_batch(THREADS, cafe=table.cafe)

    told = race([reserving(each, people[0]) for each in tables])

    assert told == ["has-a-table"] * (THREADS - 1) + ["yes"]
    assert Reservation.objects.active().count() == 1


def test_one_host_has_many_tables_without_the_constraint(crowd, without):
    table, people = crowd
    without("reservation_one_active_per_host")
    tables = TableFactory.create_batch(THREADS, cafe=table.cafe)

    race([reserving(each, people[0]) for each in tables])

    assert Reservation.objects.active().filter(host=people[0]).count() > 1


def crossing(cafe) -> list:
    """Two hosts, each about to move to the other's table."""
    first, second = (ReservationFactory(table=TableFactory(cafe=cafe)) for _n in range(2))
    return [
        lambda: actions.move(reservation=first, table=second.table),
        lambda: actions.move(reservation=second, table=first.table),
    ]


def test_moves_that_cross_are_both_refused_and_nobody_loses_a_table():
    cafe = CafeFactory()
    moves = [each for _n in range(THREADS // 2) for each in crossing(cafe)]

    told = race(moves)

    assert told == ["just-taken"] * THREADS
    assert Reservation.objects.active().count() == THREADS


def moving(held, table) -> list:
    return [lambda each=each: actions.move(reservation=each, table=table) for each in held]


def test_many_who_move_to_one_table_leave_one_there(crowd):
    table, people = crowd
    held = [ReservationFactory(host=host, table=TableFactory(cafe=table.cafe)) for host in people]

    told = race(moving(held, table))

    assert told == ["just-taken"] * (THREADS - 1) + ["yes"]
    assert Reservation.objects.active().count() == THREADS


def test_many_who_move_to_one_table_are_all_there_without_the_constraint(crowd, without):
    table, people = crowd
    without("reservation_one_active_per_table")
    held = [ReservationFactory(host=host, table=TableFactory(cafe=table.cafe)) for host in people]

    race(moving(held, table))

    assert Reservation.objects.active().filter(table=table).count() > 1


def cancelling(host):
    """What a cancellation does: lock the participant, say so, free what is theirs."""

    @transaction.atomic
    def cancel():
        row = Participant.objects.select_for_update(no_key=True).get(pk=host.pk)
        row.status = Status.CANCELLED
        row.save()
        actions.release_of(participant=row)

    return cancel


def test_no_table_is_left_with_somebody_who_cancels_meanwhile():
    tables = TableFactory.create_batch(THREADS // 2, cafe=CafeFactory())
    people = ParticipantFactory.create_batch(THREADS // 2, workshop=tables[0].cafe.workshop)

    told = race(
        [reserving(*each) for each in zip(tables, people, strict=True)]
        + [cancelling(host) for host in people]
    )

    assert set(told) <= {"yes", "not-confirmed"}
    assert not Reservation.objects.active().exists()


def test_a_table_is_left_with_somebody_who_cancels_without_the_lock(monkeypatch):
    table = TableFactory()
    host = ParticipantFactory(workshop=table.cafe.workshop)
    asked, may_reserve = [], actions.may_reserve

    def cancelled_right_after(*args, **kwargs):
        decision = may_reserve(*args, **kwargs)
        asked.append(race([cancelling(host)]))
        return decision

    unlocked = Participant.objects.select_related("user", "workshop")
    monkeypatch.setattr(actions, "_locked_host", lambda pk: unlocked.get(pk=pk))
    monkeypatch.setattr(actions, "may_reserve", cancelled_right_after)

    actions.reserve(table=table, host=host, **TEXTS)

    assert asked == [["yes"]]
    assert Reservation.objects.active().exists()


def cancelling_session(cafe):
    return lambda: session_changes.cancel(session=cafe.session)


def test_no_table_is_left_in_a_cafe_that_is_cancelled_meanwhile():
    tables = [TableFactory() for _n in range(THREADS // 2)]
    people = [ParticipantFactory(workshop=each.cafe.workshop) for each in tables]

    told = race(
        [reserving(*each) for each in zip(tables, people, strict=True)]
        + [cancelling_session(each.cafe) for each in tables]
    )

    assert set(told) <= {"yes", "cancelled"}
    assert not Reservation.objects.active().exists()


def test_a_table_is_left_in_a_cafe_that_is_cancelled_without_the_lock(monkeypatch):
    table = TableFactory()
    host = ParticipantFactory(workshop=table.cafe.workshop)
    asked, may_reserve = [], actions.may_reserve

    def cancelled_right_after(*args, **kwargs):
        decision = may_reserve(*args, **kwargs)
        asked.append(race([cancelling_session(table.cafe)]))
        return decision

    monkeypatch.setattr(actions, "_hold_sessions_still", lambda *tables: None)
    monkeypatch.setattr(actions, "may_reserve", cancelled_right_after)

    actions.reserve(table=table, host=host, **TEXTS)

    assert asked == [["yes"]]
    assert Reservation.objects.active().exists()


def test_nobody_waits_for_another_who_reserves_in_the_same_cafe():
    first, second = TableFactory.create_batch(2, cafe=CafeFactory())
    people = ParticipantFactory.create_batch(2, workshop=first.cafe.workshop)

    with transaction.atomic():
        reserving(first, people[0])()
        told = race([reserving(second, people[1])])

    assert told == ["yes"]


def test_moves_and_a_cancelled_cafe_never_wait_in_a_circle():
    cafe = CafeFactory()
    held = [ReservationFactory(table=TableFactory(cafe=cafe)) for _n in range(THREADS - 1)]
    moves = [
        lambda each=each: actions.move(reservation=each, table=TableFactory(cafe=cafe))
        for each in held
    ]

    told = race([*moves, cancelling_session(cafe)])

    assert set(told) <= {"yes", "released", "cancelled"}
    assert not Reservation.objects.active().exists()
