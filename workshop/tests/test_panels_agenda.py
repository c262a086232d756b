"""What the agenda shows on `me/` and on the organisers' start page."""

import re

import pytest
from django.http import HttpRequest

from agenda import actions
from agenda.models import Session
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.models import Status
from registration.tests.factories import AffiliationFactory, ParticipantFactory
from workshop.me.panels import my_agenda
from workshop.start_page.agenda import programme_at_a_glance

pytestmark = pytest.mark.django_db

LOCKED = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.LOCKED}
HIDDEN = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.HIDDEN}


@pytest.fixture
def workshop():
    return WorkshopFactory()


@pytest.fixture
def member(workshop):
    return AffiliationFactory(workshop=workshop)


@pytest.fixture
def closed(workshop, member):
    """A locked and a hidden session for members, with limited seats."""
    return [
        SessionFactory(workshop=workshop, title=title, seats=7, admits=[member], **listing)
        for title, listing in [("Strategy", LOCKED), ("Secret-title", HIDDEN)]
    ]


def ask(panel, user, workshop=None):
    request = HttpRequest()
    request.user, request.workshop = user, workshop
    return panel(request)


def test_my_agenda_holds_what_one_is_admitted_to_with_the_seats(client, workshop, member, closed):
    person = ParticipantFactory(workshop=workshop, verified=[member])
    actions.sign_up(session=closed[1], participant=person)

    _template, context = ask(my_agenda, person.user, workshop)

    [block, *_others] = context["days"][0].blocks
    shown = r">(Strategy|Secret-title|7 seats left|You have a seat)<"
    assert re.findall(shown, "".join(block.cards)) == [
        "Strategy",
        "7 seats left",
        "Secret-title",
        "You have a seat",
    ]


def test_my_agenda_leaves_locked_sessions_out_also_for_an_organiser(workshop, closed):
    person = ParticipantFactory(workshop=workshop)
    RoleFactory(workshop=workshop, user=person.user)

    _template, context = ask(my_agenda, person.user, workshop)

    assert context["days"] == []


def test_my_agenda_of_somebody_pending_is_closed(workshop):
    SessionFactory(workshop=workshop)
    person = ParticipantFactory(workshop=workshop, status=Status.PENDING)

    _template, context = ask(my_agenda, person.user, workshop)

    assert set(context) == {"why_public"}
    assert "once an organiser has confirmed your registration" in str(context["why_public"])


def test_programme_at_a_glance_counts_ones_own_workshops(workshop):
    SessionFactory(workshop=workshop, room=RoomFactory(workshop=workshop))
    SessionFactory(workshop=workshop, starts_at=moment(workshop, day=1))
    SessionFactory()
    user = RoleFactory(workshop=workshop).user
    desk = RoleFactory(workshop=workshop, duty=Duty.DESK).user

    _template, context = ask(programme_at_a_glance, user)

    [shown] = context["programmes"]
    assert shown["workshop"] == workshop
    assert [day["count"] for day in shown["days"]] == [1, 1, 0, 0]
    assert shown["roomless"] == 1
    assert ask(programme_at_a_glance, desk) is None
