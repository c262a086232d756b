"""Times in the admin: by the workshop's clock, 24 hours, one format, with the zone's name."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from agenda.models import SignUp
from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.core import clock
from registration.tests.factories import ParticipantFactory
from worldcafe.models import Cafe
from worldcafe.tests.factories import CafeFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 22, 5, tzinfo=UTC)
TWELVE_HOURS = re.compile(r"\d (a\.m\.|p\.m\.)|noon|midnight")


@pytest.fixture
def operator(enter):
    return enter(UserFactory(is_staff=True, is_superuser=True))


def test_list_of_several_workshops_tells_each_moment_by_its_own_clock(operator):
    for zone in ("Asia/Bangkok", "Africa/Nairobi"):
        CafeFactory(session__workshop__timezone=zone, reservations_open_at=AT)

    text = operator.get(reverse("admin:worldcafe_cafe_changelist")).content.decode()

    assert "Wed 25 Nov 2026, 05:05 (Asia/Bangkok)" in text
    assert "Wed 25 Nov 2026, 01:05 (Africa/Nairobi)" in text
    assert not TWELVE_HOURS.search(text)


def test_list_can_still_be_sorted_by_a_moment(operator):
    later = CafeFactory(reservations_open_at=AT.replace(day=25))
    earlier = CafeFactory(reservations_open_at=AT)

    page = operator.get(reverse("admin:worldcafe_cafe_changelist"), {"o": "4"})

    assert list(page.context["cl"].result_list) == [earlier, later]
    assert Cafe.objects.count() == 2


def test_moment_on_a_rows_page_and_in_its_history_is_of_the_workshops_clock(operator):
    session = SessionFactory(seats=5, workshop__timezone="Asia/Bangkok")
    held = SignUp.objects.create(
        session=session,
        participant=ParticipantFactory(workshop=session.workshop),
        during=(session.starts_at, session.ends_at),
    )
    SignUp.objects.update(created_at=AT)
    session.history.update(history_date=AT)

    page = operator.get(reverse("admin:agenda_signup_change", args=[held.pk])).content.decode()
    history = operator.get(reverse("admin:agenda_session_history", args=[session.pk]))

    assert "Wed 25 Nov 2026, 05:05" in page
    assert "Wed 25 Nov 2026, 05:05" in history.content.decode()
    assert clock.MOMENT == "D j M Y, H:i"
