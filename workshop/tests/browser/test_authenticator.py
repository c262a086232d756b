"""The journeys' authenticator app: its codes are good whenever a journey happens to type them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from foundation.accounts.models import User
from workshop.tests.browser.authenticator import AuthenticatorApp

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

HALF_MINUTE_ENDS = datetime(2030, 3, 5, 10, 0, 30, tzinfo=UTC)


def enters(user: User, code: str) -> bool:
    """Whether the site takes the code."""
    return TOTP(Authenticator.objects.get(user=user)).validate_code(code)


def test_code_typed_as_the_half_minute_ends_is_good_after_it():
    user = User.objects.create_user("ada@example.org")
    app = AuthenticatorApp.of(user)

    with time_machine.travel(HALF_MINUTE_ENDS - timedelta(seconds=0.1), tick=False):
        code = app.digits()

    with time_machine.travel(HALF_MINUTE_ENDS + timedelta(seconds=20), tick=False):
        assert enters(user, code)


def test_person_who_signs_in_twice_at_once_has_a_code_for_each():
    user = User.objects.create_user("ada@example.org")
    app = AuthenticatorApp.of(user)

    with time_machine.travel(HALF_MINUTE_ENDS, tick=False):
        first, second = app.digits(), app.digits()

        assert enters(user, first)
        assert not enters(user, first)
        assert enters(user, second)


def test_two_people_have_secrets_of_their_own():
    ada, ben = map(User.objects.create_user, ["ada@example.org", "ben@example.org"])

    first, second = AuthenticatorApp.of(ada), AuthenticatorApp.of(ben)

    assert first.secret != second.secret
