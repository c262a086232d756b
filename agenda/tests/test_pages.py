"""The agenda's pages, as each kind of viewer gets them."""

import pytest
from django.urls import reverse

from agenda.models import Session
from agenda.tests.factories import RoomFactory, SessionFactory
from registration.tests.factories import AffiliationFactory
from workshop.tests.factories import WorkshopFactory, moment

pytestmark = pytest.mark.django_db

LOCKED = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.LOCKED}
HIDDEN = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.HIDDEN}


def agenda_of(workshop) -> str:
    return reverse("agenda:agenda", args=[workshop.slug])


def test_agenda_shows_an_open_session_to_everybody(client):
    session = SessionFactory(room=RoomFactory(name="Ballroom"), title="Opening words")

    html = client.get(agenda_of(session.workshop)).content.decode()

    assert "Opening words" in html
    assert "Ballroom" in html
    assert f'href="{session.get_absolute_url()}"' in html
    assert "+07:00" in html


def test_agenda_locks_and_leaves_out_what_admits_nobody(client):
    workshop = WorkshopFactory()
    member = AffiliationFactory(workshop=workshop, name="ECPAT member")
    room = RoomFactory(workshop=workshop, name="Secret-room")
    secret = {"workshop": workshop, "admits": [member], "room": room, "abstract": "Secret-text"}
    SessionFactory(title="Strategy", seats=7, **LOCKED, **secret)
    later = moment(workshop, hour=14)
    SessionFactory(title="Hidden-title", **HIDDEN, **secret, starts_at=later)

    html = client.get(agenda_of(workshop)).content.decode()

    assert "Strategy" in html
    assert "For: ECPAT member" in html
    assert not [mark for mark in ("Secret", "Hidden-title", "places left") if mark in html]
