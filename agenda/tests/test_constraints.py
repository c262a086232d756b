"""Each constraint of the agenda, broken."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from agenda.models import Day, FormerSessionSlug, Room, Session, SessionRole, SignUp, Track
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.series.tests.factories import WorkshopFactory, moment
from registration.tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db


def twice(make):
    make()
    make()


def somebody_at_a_session():
    session = SessionFactory()
    return session, ParticipantFactory(workshop=session.workshop)


def day_twice():
    workshop = WorkshopFactory()
    twice(lambda: Day.objects.create(workshop=workshop, on=workshop.starts_on, title="Day"))


def room_twice():
    workshop = WorkshopFactory()
    twice(lambda: RoomFactory(workshop=workshop, name="Ballroom"))


def track_twice():
    workshop = WorkshopFactory()
    twice(lambda: Track.objects.create(workshop=workshop, name="Evidence"))


def slug_twice():
    workshop = WorkshopFactory()
    twice(lambda: SessionFactory(workshop=workshop, slug="opening"))


def role_twice():
    session, person = somebody_at_a_session()
    twice(
        lambda: SessionRole.objects.create(session=session, participant=person, role="facilitator")
    )


def sign_up(session, person) -> SignUp:
    during = DateTimeTZRange(session.starts_at, session.ends_at)
    return SignUp.objects.create(session=session, participant=person, during=during)


def sign_up_twice():
    session, person = somebody_at_a_session()
    sign_up(session, person)
    # At another time, so that it is not the overlap that is refused.
    session.starts_at, session.ends_at = session.ends_at, session.ends_at + timedelta(hours=1)
    sign_up(session, person)


def sign_ups_overlap():
    session, person = somebody_at_a_session()
    later = session.starts_at + timedelta(minutes=59)
    sign_up(session, person)
    sign_up(SessionFactory(workshop=session.workshop, starts_at=later), person)


def room_used_twice():
    room = RoomFactory()
    first = SessionFactory(workshop=room.workshop, room=room)
    SessionFactory(
        workshop=room.workshop, room=room, starts_at=first.ends_at - timedelta(minutes=1)
    )


def ends_when_it_starts():
    workshop = WorkshopFactory()
    SessionFactory(workshop=workshop, starts_at=moment(workshop), ends_at=moment(workshop))


def former_slug_twice():
    session = SessionFactory()
    named = {"workshop": session.workshop, "slug": "once", "session": session}
    twice(lambda: FormerSessionSlug.objects.create(**named))


BROKEN_BY = {
    "former_session_slug_once_per_workshop": former_slug_twice,
    "day_once_per_workshop": day_twice,
    "day_in_bounds": lambda: Day.objects.create(
        workshop=WorkshopFactory(), on=date(1999, 12, 31), title="Day"
    ),
    "room_once_per_workshop": room_twice,
    "room_seats_positive": lambda: RoomFactory(seats=0),
    "track_once_per_workshop": track_twice,
    "session_slug_once_per_workshop": slug_twice,
    "session_ends_after_starts": ends_when_it_starts,
    "session_seats_positive": lambda: SessionFactory(seats=0),
    "session_room_not_used_twice": room_used_twice,
    "session_role_once": role_twice,
    "sign_up_once": sign_up_twice,
    "sign_ups_never_overlap": sign_ups_overlap,
}


@pytest.mark.parametrize("constraint", BROKEN_BY)
def test_constraint_is_kept_by_the_database(constraint):
    with pytest.raises(IntegrityError) as refused:
        BROKEN_BY[constraint]()

    assert refused.value.__cause__.diag.constraint_name == constraint


def test_every_constraint_of_the_models_is_broken_here():
    models = apps.get_app_config("agenda").get_models()
    named = {constraint.name for model in models for constraint in model._meta.constraints}

    assert named == set(BROKEN_BY)


def test_room_used_back_to_back():
    room = RoomFactory()
    first = SessionFactory(workshop=room.workshop, room=room)

    SessionFactory(workshop=room.workshop, room=room, starts_at=first.ends_at)

    assert Room.objects.get().sessions.count() == 2


def test_sessions_without_a_room_may_be_at_once():
    first = SessionFactory()

    SessionFactory(workshop=first.workshop, starts_at=first.starts_at)

    assert Session.objects.filter(room=None).count() == 2


def test_same_short_name_and_room_name_at_two_workshops():
    for workshop in (WorkshopFactory(), WorkshopFactory()):
        room = RoomFactory(workshop=workshop, name="Ballroom")
        SessionFactory(workshop=workshop, slug="opening", room=room)

    assert Session.objects.filter(slug="opening").count() == 2


def test_sign_ups_back_to_back():
    session, person = somebody_at_a_session()
    after = SessionFactory(workshop=session.workshop, starts_at=session.ends_at)

    for each in (session, after):
        sign_up(each, person)

    assert person.sign_ups.count() == 2


@pytest.mark.parametrize("day", [-1, 4])
def test_session_inside_its_workshops_dates(day):
    session = SessionFactory()
    session.starts_at = moment(session.workshop, day=day)
    session.ends_at = moment(session.workshop, day=day, hour=10)

    session.save()

    with pytest.raises(IntegrityError, match="lies outside"):
        connection.check_constraints()


def test_workshop_does_not_shrink_away_from_its_sessions():
    session = SessionFactory()
    workshop = session.workshop
    workshop.starts_on += timedelta(days=1)

    workshop.save()

    with pytest.raises(IntegrityError, match="lies outside"):
        connection.check_constraints()


def test_session_may_be_outside_its_workshop_for_a_moment_within_a_transaction():
    session = SessionFactory()
    good = (session.starts_at, session.ends_at)
    outside = (moment(session.workshop, day=9), moment(session.workshop, day=9, hour=10))
    for session.starts_at, session.ends_at in (outside, good):
        session.save()

    connection.check_constraints()

    for session.starts_at, session.ends_at in (good, outside):
        session.save()
    with pytest.raises(IntegrityError, match="lies outside"):
        connection.check_constraints()


def test_session_that_was_deleted_meanwhile_refuses_nothing():
    session = SessionFactory()
    session.starts_at = moment(session.workshop, day=9)
    session.ends_at = moment(session.workshop, day=9, hour=10)
    session.save()

    session.delete()

    connection.check_constraints()


def test_workshop_may_leave_its_sessions_for_a_moment_within_a_transaction():
    workshop = SessionFactory().workshop
    first, last, later = workshop.starts_on, workshop.ends_on, timedelta(days=30)
    for moved in (later, timedelta(0)):
        workshop.starts_on, workshop.ends_on = first + moved, last + moved
        workshop.save()

    connection.check_constraints()

    workshop.starts_on, workshop.ends_on = first + later, last + later
    workshop.save()
    with pytest.raises(IntegrityError, match="would lie outside"):
        connection.check_constraints()
