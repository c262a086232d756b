"""A form that closed while it was filled in is taken for an hour: one rule for all of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation.core import clock
from foundation.series.tests.factories import WorkshopFactory
from registration.links import invitation_token
from registration.models import Participant, Submission
from registration.tests.factories import InvitationFactory, ParticipantFactory
from registration.tests.forms import answers
from worldcafe.models import Reservation
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db

TEXTS = {"practice": "Puppets", "country": "KH", "summary": "We played.", "brings": ""}
# How long ago a form closed, and whether it is taken when it is sent.
WITHIN_THE_HOUR = pytest.mark.parametrize(
    ("ago", "is_taken"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)]
)


@WITHIN_THE_HOUR
def test_registration_that_closed_takes_what_was_typed(client, ago, is_taken):
    workshop = WorkshopFactory(registration_closes_at=timezone.now() - ago)
    address = reverse("registration:register", args=[workshop.slug])

    client.post(address, answers(workshop))

    assert Submission.objects.exists() is is_taken
    assert "Registration is not open" in client.get(address).content.decode()


@WITHIN_THE_HOUR
def test_invitation_that_expired_takes_what_was_typed(client, ago, is_taken):
    invitation = InvitationFactory(expires_at=timezone.now() - ago)
    path = [invitation.workshop.slug, invitation_token(invitation)]
    address = reverse("registration:register_invited", args=path)

    client.post(address, answers(invitation.workshop))

    assert Participant.objects.exists() is is_taken


@WITHIN_THE_HOUR
def test_reservations_that_closed_take_what_was_typed(client, ago, is_taken):
    table = TableFactory(cafe__reservations_close_at=timezone.now() - ago)
    workshop = table.cafe.session.workshop
    client.force_login(ParticipantFactory(workshop=workshop).user)
    address = reverse(
        "worldcafe:reserve", args=[workshop.slug, table.cafe.session.slug, table.number]
    )

    client.post(address, TEXTS)

    assert Reservation.objects.exists() is is_taken


@WITHIN_THE_HOUR
def test_cafe_that_is_over_takes_a_changed_text(client, ago, is_taken):
    starts_on = timezone.now().date() - timedelta(days=1)
    workshop = WorkshopFactory(starts_on=starts_on, timezone="UTC")
    ends_at = timezone.now() - ago
    cafe = CafeFactory(
        session__workshop=workshop,
        session__starts_at=ends_at - timedelta(hours=1),
        session__ends_at=ends_at,
    )
    held = ReservationFactory(table=TableFactory(cafe=cafe))
    client.force_login(held.host.user)
    address = reverse(
        "worldcafe:change", args=[workshop.slug, cafe.session.slug, held.table.number]
    )

    client.post(address, TEXTS)

    held.refresh_from_db()
    assert (held.practice == "Puppets") is is_taken


def test_answer_of_now_is_told_where_both_are_no():
    now = timezone.now()
    said = {now: "", now - clock.GRACE: ""}

    assert clock.for_sent_form(lambda at: said[at], now) == ""
