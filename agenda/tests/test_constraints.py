"""Each constraint of the agenda, broken."""

import pytest
from django.db import IntegrityError, connection

from agenda.models import Room
from agenda.tests.factories import RoomFactory, SessionFactory
from workshop.tests.factories import moment

pytestmark = pytest.mark.django_db


def test_room_not_used_twice_at_once():
    first = SessionFactory(room=RoomFactory())
    first.room.workshop = first.workshop
    with pytest.raises(IntegrityError, match="session_room_not_used_twice"):
        SessionFactory(workshop=first.workshop, room=first.room)


def test_room_used_back_to_back():
    first = SessionFactory(room=RoomFactory())
    SessionFactory(workshop=first.workshop, room=first.room, starts_at=first.ends_at)
    assert Room.objects.get().sessions.count() == 2


def test_session_inside_its_workshops_dates():
    session = SessionFactory()
    session.starts_at = moment(session.workshop, day=4)
    session.ends_at = moment(session.workshop, day=4, hour=10)
    session.save()
    with pytest.raises(IntegrityError, match="lies outside"):
        connection.check_constraints()
