"""What a participant downloads about their tables."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.models import Session
from registration.tests.factories import AffiliationFactory, ParticipantFactory
from registration.tests.forms import address
from worldcafe.tests.factories import CafeFactory, ReservationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    return CafeFactory(session__title="First café")


def download(client, participant) -> dict:
    client.force_login(participant.user)
    return json.loads(client.get(address("workshop:my_data", participant.workshop)).content)


def test_download_holds_reservations_released_ones_and_earlier_texts(client, cafe):
    held = ReservationFactory(
        table__cafe=cafe, table__number=5, practice="Puppets", brings="A film", summary="Before"
    )
    held.summary = "After"
    held.save()
    later = timezone.now() + timedelta(hours=1)
    ReservationFactory(table__cafe=cafe, host=held.host, practice="Old", released_at=later)
    ReservationFactory(table__cafe=cafe, practice="Somebody else’s")

    told = download(client, held.host)

    by_practice = {each["practice"]: each for each in told["reservations"]}
    assert set(by_practice) == {"Puppets", "Old"}
    assert by_practice["Old"]["released_at"]
    puppets = by_practice["Puppets"]
    assert (puppets["table"], puppets["cafe"], puppets["country"]) == (5, "First café", "KH")
    assert (puppets["brings"], puppets["summary"]) == ("A film", "After")
    assert "Before" in {each["summary"] for each in told["reservations_history"]}
    assert "Somebody" not in str(told)


def test_download_names_no_cafe_that_admits_no_longer(client, cafe):
    workshop = cafe.session.workshop
    member = AffiliationFactory(workshop=workshop)
    host = ParticipantFactory(workshop=workshop, verified=[member])
    cafe.session.access = Session.Access.RESTRICTED
    cafe.session.save()
    cafe.session.affiliations.add(member)
    ReservationFactory(table__cafe=cafe, host=host, practice="Puppets")
    assert "First café" in str(download(client, host))

    host.participant_affiliations.all().delete()

    told = download(client, host)
    assert "First café" not in str(told)
    assert told["reservations"][0]["practice"] == "Puppets"
