"""Places of people whom a session no longer admits."""

import pytest

from agenda import actions
from agenda.models import Session
from agenda.retention import free_lost_seats
from agenda.tests.factories import SessionFactory
from registration.tests.factories import AffiliationFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


def test_seats_are_freed_where_access_was_narrowed_and_kept_where_it_still_admits():
    session = SessionFactory(seats=5)
    other = SessionFactory(workshop=session.workshop, seats=5, starts_at=session.ends_at)
    member = AffiliationFactory(workshop=session.workshop)
    stays = ParticipantFactory(workshop=session.workshop, verified=[member])
    loses = ParticipantFactory(workshop=session.workshop, claimed=[member])
    for person in (stays, loses):
        actions.sign_up(session=session, participant=person)
        actions.sign_up(session=other, participant=person)

    Session.objects.filter(pk=session.pk).update(access=Session.Access.RESTRICTED)
    session.affiliations.add(member)

    assert free_lost_seats() is True
    assert [held.participant for held in session.sign_ups.all()] == [stays]
    assert other.sign_ups.count() == 2
    assert free_lost_seats() is False


def test_worker_told_to_stop_frees_nothing_more():
    session = SessionFactory(seats=5)
    actions.sign_up(session=session, participant=ParticipantFactory(workshop=session.workshop))
    Session.objects.update(access=Session.Access.RESTRICTED)

    free_lost_seats(stopping=lambda: True)

    assert session.sign_ups.count() == 1
