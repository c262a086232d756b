"""Limits: they stop who tries too often, and take nothing from anybody else."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account import app_settings
from allauth.core.internal.ratelimit import parse_rates
from allauth.mfa import app_settings as mfa_settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.tests.codes import code_in
from foundation.accounts.tests.factories import UserFactory
from foundation.mail.models import Message

pytestmark = pytest.mark.django_db

LOGIN, REQUEST = "/accounts/login/", "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"
HOTEL, ELSEWHERE = "192.0.2.1", "198.51.100.7"
# allauth's limits that somebody can come upon here: the rest belong to pages that lead on.
IN_USE = ["login", "login_failed", "reauthenticate", "change_password"]
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def _as_the_site_has_it(settings, db):
    settings.EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
    cache.clear()


def ask(email, network=HOTEL):
    """Ask for a code, in a new browser; the browser and what it is answered."""
    client = Client(REMOTE_ADDR=network)
    return client, client.post(REQUEST, {"email": email}, follow=True)


def is_refused(answer) -> bool:
    return "Too many attempts. Wait" in answer.content.decode()


def codes_to(user) -> int:
    return Message.objects.filter(to=user.email).count()


class TestCodes:
    def test_twenty_six_people_in_one_hotel_sign_in_within_a_minute(self):
        with time_machine.travel(NOON):
            for user in UserFactory.create_batch(26):
                client, _answer = ask(user.email)
                client.post(CONFIRM, {"code": code_in(Message.objects.latest("pk").text)})
                assert "_auth_user_id" in client.session

    def test_asked_for_by_a_stranger_do_not_stop_their_owner(self):
        user = UserFactory()
        with time_machine.travel(NOON):
            for _n in range(5):
                last = ask(user.email, ELSEWHERE)[1]
            before = codes_to(user)

            answer = ask(user.email)[1]

        assert is_refused(last)
        assert before == 3
        assert not is_refused(answer)
        assert codes_to(user) == before + 1

    def test_are_limited_for_an_hour_and_the_minutes_to_wait_are_told(self):
        user = UserFactory()
        with time_machine.travel(NOON, tick=False) as clock:
            for _n in range(10):
                assert not is_refused(ask(user.email)[1])
                clock.shift(timedelta(minutes=2))

            refused = ask(user.email)[1].content.decode()
            clock.shift(timedelta(minutes=40))
            again = ask(user.email)[1]

        assert "Too many attempts. Wait 40 minutes, then try again." in refused
        assert not is_refused(again)

    def test_asked_for_too_fast_name_the_one_minute(self):
        user = UserFactory()
        with time_machine.travel(NOON, tick=False) as clock:
            for _n in range(4):
                last = ask(user.email)[1].content.decode()
                clock.shift(timedelta(seconds=1))

        assert "Too many attempts. Wait 1 minute, then try again." in last

    def test_refused_to_one_person_leave_their_network_as_it_was(self, settings):
        settings.ACCOUNT_RATE_LIMITS |= {"sign_in_code": "3/m/key,5/m/ip"}
        for _n in range(9):
            ask("impatient@example.org")

        assert not is_refused(ask("another@example.org")[1])

    def test_stay_limited_though_much_else_is_counted(self):
        user = UserFactory()
        for _n in range(3):
            ask(user.email)

        for n in range(400):
            cache.set(f"another-{n}", [1.0], 3600)

        assert is_refused(ask(user.email)[1])


class TestPassword:
    def test_mistyped_by_a_stranger_stays_good_for_its_owner(self):
        user = User.objects.create_user("operator@example.org", "a-long-password", is_staff=True)
        typed = {"login": user.email, "password": "wrong"}
        stranger = Client(REMOTE_ADDR=ELSEWHERE)
        answers = [stranger.post(LOGIN, typed) for _n in range(6)]

        owner = Client(REMOTE_ADDR=HOTEL)
        owner.post(LOGIN, typed | {"password": "a-long-password"})

        assert "Wait five minutes" in answers[-1].content.decode()
        assert "_auth_user_id" in owner.session


def test_no_limit_of_the_library_lasts_longer_than_its_page_says():
    limits = [app_settings.RATE_LIMITS[name] for name in IN_USE]
    limits += mfa_settings.RATE_LIMITS.values()

    longest = max(rate.duration for limit in limits for rate in parse_rates(limit))

    assert longest <= 5 * 60


@pytest.mark.parametrize("forwarded", ["203.0.113.5:4711", "nonsense", ""])
def test_sign_in_behind_a_proxy_takes_any_header(client, settings, forwarded):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2

    answer = client.post(
        REQUEST, {"email": "a@example.org"}, headers={"X-Forwarded-For": forwarded}
    )

    assert answer.status_code == 302
