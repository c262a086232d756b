"""What the tests of every app share."""

import pytest


@pytest.fixture
def enter(client):
    """Sign somebody in with a second factor, which the admin asks for."""
    from allauth.mfa.models import Authenticator  # once Django is set up

    def enter(user):
        Authenticator.objects.create(user=user, type="totp", data={})
        client.force_login(user)
        return client

    return enter
