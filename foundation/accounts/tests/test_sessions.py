"""What a session may do is what it has proved itself; and which changes end a user's sessions."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.tests.entering import enter as signed_in_with_factor
from foundation.accounts.tests.entering import sign_in_by
from foundation.accounts.tests.factories import UserFactory
from foundation.accounts.tests.signing_in import code_of, give_app
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory
from workshop.tests.filled import filled

pytestmark = pytest.mark.django_db

RECOVERY = ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"]


@pytest.fixture(autouse=True)
def _no_tries_counted(db):
    cache.clear()


@pytest.fixture
def organiser():
    return RoleFactory().user


def browser_of(user) -> Client:
    """A browser in which `user` signed in by a mailed code."""
    return sign_in_by(Client(), user, "code", email=user.email)


def is_signed_in(client) -> bool:
    return client.get(reverse("mfa_index")).status_code == 200


def set_app_up(client) -> None:
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[totp.SECRET_SESSION_KEY]
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})


class TestSecondFactor:
    def test_of_the_user_does_not_open_the_admin_to_a_session_without_it(self, organiser):
        secret = give_app(organiser)
        client = browser_of(organiser)

        refused = client.get("/admin/")

        page = reverse("mfa_reauthenticate")
        assert refused.url == f"{page}?next=%2Fadmin%2F"
        proved = client.post(page, {"code": code_of(secret), "next": "/admin/"})
        assert proved.url == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_that_is_a_passkey_is_asked_for_as_one(self, organiser, monkeypatch):
        monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
        Authenticator.objects.create(user=organiser, type="webauthn", data={"credential": {}})

        refused = browser_of(organiser).get("/admin/")

        assert refused.url == f"{reverse('mfa_reauthenticate_webauthn')}?next=%2Fadmin%2F"

    def test_set_up_in_this_session_counts_for_it(self, organiser):
        client = browser_of(organiser)

        set_app_up(client)

        assert client.get("/admin/").status_code == 200

    def test_once_removed_shuts_the_admin(self, organiser):
        client = signed_in_with_factor(Client(), organiser)

        client.post(reverse("mfa_deactivate_totp"))

        assert is_signed_in(client)
        assert client.get("/admin/").url == reverse("mfa_index")


class TestOtherSessions:
    def test_end_when_a_factor_is_set_up(self, organiser):
        here, elsewhere = browser_of(organiser), browser_of(organiser)

        set_app_up(here)

        assert is_signed_in(here)
        assert not is_signed_in(elsewhere)

    def test_end_when_a_factor_is_removed(self, organiser):
        here = signed_in_with_factor(Client(), organiser)
        elsewhere = signed_in_with_factor(Client(), organiser)

        here.post(reverse("mfa_deactivate_totp"))

        assert not Authenticator.objects.filter(user=organiser).exists()
        assert is_signed_in(here)
        assert not is_signed_in(elsewhere)

    def test_stay_when_recovery_codes_are_made(self, organiser):
        here = signed_in_with_factor(Client(), organiser)
        elsewhere = signed_in_with_factor(Client(), organiser)

        here.post(reverse("mfa_generate_recovery_codes"))

        assert Authenticator.objects.filter(user=organiser, type="recovery_codes").exists()
        assert is_signed_in(elsewhere)

    @pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
    def test_end_when_rights_are_turned_on(self, right):
        user = UserFactory()
        client = browser_of(user)

        User.objects.filter(pk=user.pk).update(**{right: True})

        assert not is_signed_in(client)

    def test_end_when_a_role_is_given(self):
        user = UserFactory(is_staff=True)
        client = browser_of(user)

        RoleFactory(user=user)

        assert not is_signed_in(client)

    def test_end_when_a_role_is_changed_by_an_operator_who_stays(self, enter):
        role = RoleFactory(duty=Duty.READ_ONLY)
        client = browser_of(role.user)
        operator = enter(UserFactory(is_staff=True, is_superuser=True))
        address = reverse("admin:series_role_change", args=[role.pk])

        operator.post(address, filled(operator.get(address)) | {"duty": Duty.DESK})

        role.refresh_from_db()
        assert role.duty == Duty.DESK
        assert not is_signed_in(client)
        assert is_signed_in(operator)

    def test_do_not_come_back_when_an_older_copy_of_the_user_is_saved(self, organiser):
        copy, client = User.objects.get(pk=organiser.pk), browser_of(organiser)
        organiser.end_sessions()

        copy.name = "Another"
        copy.save()

        assert User.objects.get(pk=organiser.pk).name == "Another"
        assert not is_signed_in(client)

    def test_go_on_through_a_new_secret_key(self, organiser, settings):
        client = browser_of(organiser)
        request = client.get(reverse("mfa_index")).wsgi_request

        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "k" * 50

        assert get_user(request) == organiser


class TestRecoveryCodes:
    @pytest.fixture
    def with_codes(self, organiser):
        RecoveryCodes.activate(organiser)
        return signed_in_with_factor(Client(), organiser)

    @pytest.mark.parametrize("name", RECOVERY)
    def test_are_shown_and_made_after_a_fresh_second_factor(self, with_codes, name):
        assert with_codes.get(reverse(name)).status_code == 200

    @pytest.mark.parametrize("name", RECOVERY)
    def test_need_another_proof_some_minutes_after_it(self, with_codes, name):
        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            page = with_codes.get(reverse(name))
            with_codes.post(reverse(name))

        assert page.url.startswith(reverse("mfa_reauthenticate"))

    @pytest.mark.parametrize("name", RECOVERY)
    def test_are_kept_from_a_session_that_gave_a_mailed_code_just_now(self, organiser, name):
        give_app(organiser)
        RecoveryCodes.activate(organiser)

        page = browser_of(organiser).get(reverse(name))

        assert page.url.startswith(reverse("mfa_reauthenticate"))
