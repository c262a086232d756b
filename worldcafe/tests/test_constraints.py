"""Each constraint of the World Café, broken."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone

from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db


def broken(name):
    return pytest.raises(IntegrityError, match=name)


def test_reservations_close_after_they_open():
    now = timezone.now()

    with broken("cafe_reservations_close_after_open"):
        CafeFactory(reservations_open_at=now, reservations_close_at=now)


@pytest.mark.parametrize(
    "moment",
    [
        {"reservations_open_at": "0001-01-01T00:00Z"},
        {"reservations_close_at": "2207-01-01T00:00Z"},
    ],
)
def test_reservation_times_are_in_bounds(moment):
    with broken("cafe_dates_in_bounds"):
        CafeFactory(**moment)


def test_one_cafe_per_session():
    cafe = CafeFactory()

    with broken("session_id"):
        CafeFactory(session=cafe.session)


def test_table_number_once_per_cafe():
    table = TableFactory()
    TableFactory(number=table.number)

    with broken("table_once_per_cafe"):
        TableFactory(cafe=table.cafe, number=table.number)


def test_table_has_seats():
    with broken("table_seats_positive"):
        TableFactory(seats=0)


@pytest.mark.parametrize("place", [{"x": 101}, {"y": 101}])
def test_table_stands_inside_the_room(place):
    with broken("table_inside_the_room"):
        TableFactory(**place)


def test_one_active_reservation_per_table():
    held = ReservationFactory(released_at=timezone.now() + timedelta(hours=1))
    ReservationFactory(table=held.table)

    with broken("reservation_one_active_per_table"):
        ReservationFactory(table=held.table)


def test_one_active_reservation_per_host():
    held = ReservationFactory(released_at=timezone.now() + timedelta(hours=1))
    tables = TableFactory.create_batch(2, cafe=held.table.cafe)
    ReservationFactory(table=tables[0], host=held.host)

    with broken("reservation_one_active_per_host"):
        ReservationFactory(table=tables[1], host=held.host)


def test_released_after_reserved():
    with broken("reservation_released_after_reserved"):
        ReservationFactory(released_at=timezone.now() - timedelta(hours=1))


def test_nobody_who_ever_held_a_table_and_no_table_that_is_held_is_deleted():
    released = ReservationFactory(released_at=timezone.now() + timedelta(hours=1))
    held = ReservationFactory(table=released.table)

    for row in (held.table, held.host, released.host):
        with pytest.raises(ProtectedError):
            row.delete()
