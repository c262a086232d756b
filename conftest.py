"""What the tests of every app share."""

import pytest


@pytest.fixture
def enter(client):
    """Sign somebody in with a second factor, which the admin asks for."""
    from foundation.accounts.tests.entering import enter  # once Django is set up

    return lambda user: enter(client, user)
