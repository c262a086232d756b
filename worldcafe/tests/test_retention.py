"""Tables of hosts whom a café no longer admits."""

import pytest

from agenda.models import Session
from foundation.mail.models import Message
from registration.tests.factories import AffiliationFactory, ParticipantFactory
from worldcafe.models import Reservation
from worldcafe.retention import release_lost_tables
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db


def test_tables_are_released_where_access_was_narrowed_and_kept_where_it_still_admits():
    cafe = CafeFactory()
    workshop, member = cafe.workshop, AffiliationFactory(workshop=cafe.workshop)
    stays = ParticipantFactory(workshop=workshop, verified=[member])
    loses = ParticipantFactory(workshop=workshop, claimed=[member])
    for host in (stays, loses):
        ReservationFactory(table=TableFactory(cafe=cafe), host=host)
    assert release_lost_tables() is False

    Session.objects.filter(pk=cafe.session_id).update(access=Session.Access.RESTRICTED)
    cafe.session.affiliations.add(member)

    assert release_lost_tables() is True
    assert [held.host for held in Reservation.objects.active()] == [stays]
    assert [each.about for each in Message.objects.all()] == [loses.public_id]
    assert release_lost_tables() is False
