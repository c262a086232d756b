"""Organisers at their desk, signed in."""

import pytest
from allauth.mfa.models import Authenticator

from registration.tests.factories import AffiliationFactory
from workshop.roles import Duty
from workshop.tests.factories import RoleFactory, WorkshopFactory


@pytest.fixture
def enter(client):
    """Sign somebody in with a second factor, which the admin asks for."""

    def enter(user):
        Authenticator.objects.create(user=user, type="totp", data={})
        client.force_login(user)
        return client

    return enter


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
