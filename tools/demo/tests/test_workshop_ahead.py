"""Before anybody is made: the demo's workshop lies ahead, and no real site is touched."""

from datetime import date, timedelta

import pytest

from foundation.accounts.models import User
from foundation.accounts.tests.factories import UserFactory
from tools.demo import prepare
from tools.demo.running import DemoError
from worldcafe.models import Cafe

pytestmark = pytest.mark.django_db

TODAY = date.today()


def test_workshop_is_on_a_monday_ten_weeks_ahead_with_everything_open():
    workshop = prepare.workshop_ahead(TODAY)

    assert workshop.starts_on.weekday() == 0
    assert timedelta(weeks=10) <= workshop.starts_on - TODAY < timedelta(weeks=11)
    assert workshop.registration_is_open()
    assert all(cafe.reservations_are_open() for cafe in Cafe.objects.all())


def test_workshop_stays_where_it_is_while_it_is_well_ahead():
    first = prepare.workshop_ahead(TODAY)

    later = prepare.workshop_ahead(first.starts_on - timedelta(weeks=4))

    assert later.starts_on == first.starts_on


def test_database_of_a_real_site_is_left_alone():
    UserFactory()

    with pytest.raises(DemoError, match="nothing was written"):
        prepare.prepare(print)

    assert User.objects.count() == 1
