"""Organisers at their desk, signed in."""

import pytest

from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.tests.factories import AffiliationFactory


@pytest.fixture
def bangkok():
    return WorkshopFactory(slug="bangkok", title="Bangkok")


@pytest.fixture
def desk(enter, bangkok):
    """A client signed in at Bangkok's registration desk, which may change people."""
    return enter(RoleFactory(workshop=bangkok, duty=Duty.DESK).user)


@pytest.fixture
def member(bangkok):
    return AffiliationFactory(workshop=bangkok, name="ECPAT member")
