"""Signing in by password and with a second factor, and where it leads."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.tests.signing_in import (
    CONFIRM,
    REQUEST,
    ask_for_code,
    code_of,
    give_app,
    is_signed_in,
    mailed_code,
    sign_in,
)
from foundation.mail.models import Message
from foundation.series.tests.factories import RoleFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-made-up-password"
LOGIN, SECOND = "/accounts/login/", "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _as_the_site_has_it(settings, db):
    """Mail becomes messages, which pytest-django would replace; no tries are counted yet."""
    settings.EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
    cache.clear()


@pytest.fixture
def user():
    return User.objects.create_user("someone@example.org")


class TestNext:
    def test_leads_on_after_the_code(self, client, user):
        assert sign_in(client, user.email, next="/healthz").url == "/healthz"

    @pytest.mark.parametrize("then", ["", "resend", "sign in again"])
    def test_is_kept_though_the_page_of_the_code_is_not_told(self, client, user, then):
        ask_for_code(client, user.email, next="/healthz")
        if then == "resend":
            client.post(CONFIRM, {"action": "resend"})
        elif then:
            client.get(LOGIN, follow=True)

        assert client.post(CONFIRM, {"code": mailed_code()}).url == "/healthz"

    def test_of_a_later_page_comes_before_that_of_the_earlier(self, client, user):
        ask_for_code(client, user.email, next="/healthz")

        page = client.get(LOGIN, {"next": "/later/"})

        assert page.url == f"{CONFIRM}?next=%2Flater%2F"

    def test_is_kept_through_the_second_factor(self, client, user):
        secret = give_app(user)
        ask_for_code(client, user.email, next="/healthz")
        client.post(CONFIRM, {"code": mailed_code()})

        assert client.post(SECOND, {"code": code_of(secret)}).url == "/healthz"

    def test_is_kept_where_the_code_was_wrong_three_times(self, client, user):
        ask_for_code(client, user.email, next="/healthz")

        for _n in range(3):
            page = client.post(CONFIRM, {"code": "BBBB-BBBB"})

        assert page.url == f"{REQUEST}?next=%2Fhealthz"

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example.org/",
            "//evil.example.org/",
            "\\\\evil.example.org",
            "javascript:1",
        ],
    )
    def test_never_leads_to_another_host(self, client, user, elsewhere):
        by_code = sign_in(client, user.email, next=elsewhere)
        out = client.post(reverse("account_logout"), {"next": elsewhere})

        assert by_code.url == reverse("home")
        assert out.url == reverse("home")


class TestPassword:
    def test_signs_in_and_leads_on(self, client):
        user = User.objects.create_superuser("operator@example.org", PASSWORD)

        response = client.post(
            LOGIN, {"login": user.email, "password": PASSWORD, "next": "/healthz"}
        )

        assert response.url == "/healthz"
        assert is_signed_in(client)

    def test_wrong_one_is_told_with_the_address_kept(self, client, user):
        response = client.post(LOGIN, {"login": user.email, "password": "wrong"})

        html = response.content.decode()
        assert "<details open>" in re.sub(r"\s+>", ">", html)
        assert 'role="alert"' in html
        assert f'value="{user.email}"' in html
        assert not is_signed_in(client)

    def test_that_is_forgotten_leads_to_the_code(self, client):
        response = client.get("/accounts/password/reset/key/1-abc/")

        assert response.url == LOGIN

    @pytest.mark.parametrize("name", ["account_set_password", "account_change_password"])
    def test_can_be_set_by_nobody_but_staff(self, client, user, name):
        client.force_login(user)
        typed = {"password1": PASSWORD, "password2": PASSWORD}

        answers = [client.get(reverse(name)), client.post(reverse(name), typed)]

        user.refresh_from_db()
        assert [answer.url for answer in answers] == [reverse("mfa_index")] * 2
        assert not user.has_usable_password()

    def test_can_be_set_and_changed_by_staff(self, client):
        user = User.objects.create_user("operator@example.org", is_staff=True)
        client.force_login(user)
        new = {"password1": PASSWORD, "password2": PASSWORD}

        client.post(reverse("account_set_password"), new)
        user.refresh_from_db()
        assert user.check_password(PASSWORD)
        other = dict.fromkeys(new, PASSWORD + "-2")
        answer = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **other})

        user.refresh_from_db()
        assert user.check_password(PASSWORD + "-2")
        assert answer.url == reverse("mfa_index")


class TestSecondFactor:
    @pytest.fixture
    def organiser(self):
        user = User.objects.create_user("organiser@example.org", is_staff=True)
        return RoleFactory(user=user).user

    def test_is_asked_for_after_the_code_before_anything_is_open(self, client, organiser):
        give_app(organiser)

        response = sign_in(client, organiser.email, next="/admin/")

        assert response.url == SECOND
        assert not is_signed_in(client)
        assert client.get("/admin/").status_code == 302

    def test_lets_an_organiser_into_the_admin(self, client, organiser):
        secret = give_app(organiser)
        sign_in(client, organiser.email, next="/admin/")

        response = client.post(SECOND, {"code": code_of(secret)}, follow=True)

        assert response.redirect_chain[-1][0] == "/admin/"
        assert response.status_code == 200

    @pytest.mark.parametrize("first", [0xFF10, 0x0E50, 0x0660], ids=["wide", "Thai", "Arabic"])
    def test_digits_are_read_in_any_script(self, client, organiser, first):
        secret = give_app(organiser)
        sign_in(client, organiser.email)
        digits = "".join(chr(first + int(digit)) for digit in code_of(secret))

        client.post(SECOND, {"code": f"{digits[:3]} {digits[3:]}"})

        assert is_signed_in(client)

    def test_wrong_digits_are_told_beside_their_field(self, client, organiser):
        give_app(organiser)
        sign_in(client, organiser.email)

        html = client.post(SECOND, {"code": "000000"}).content.decode()

        assert 'id="id_code_error"' in html
        assert not is_signed_in(client)

    def test_keeps_the_admin_shut_to_an_organiser_without_one(self, client, organiser):
        sign_in(client, organiser.email)

        response = client.get("/admin/", follow=True)

        assert response.redirect_chain[-1][0] == reverse("mfa_index")
        assert reverse("mfa_activate_totp") in response.content.decode()

    def test_is_set_up_with_the_secret_shown_and_recovery_codes_given(self, client, organiser):
        sign_in(client, organiser.email)
        html = client.get(reverse("mfa_activate_totp")).content.decode()
        secret = re.search(r'id="secret">(\w+)<', html)[1]

        response = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)

        assert 'src="data:image/svg+xml' in html
        assert response.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
        assert response.content.decode().count('<li class="copied">') == 10
        assert client.get("/admin/").status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_setting_one_up_is_told_by_mail(self, client, organiser, settings):
        sign_in(client, organiser.email)
        html = client.get(reverse("mfa_activate_totp")).content.decode()
        code = code_of(re.search(r'id="secret">(\w+)<', html)[1])

        client.post(reverse("mfa_activate_totp"), {"code": code})

        mail = Message.objects.get(subject__contains="Authenticator")
        assert mail.to == organiser.email
        assert "write to the organisers at once" in mail.text
        assert mail.text.endswith(settings.SITE_NAME)

    def test_recovery_code_signs_in_once(self, client, organiser):
        give_app(organiser)
        code = RecoveryCodes.activate(organiser).get_unused_codes()[0]

        for signed_in in [True, False]:
            client.logout()
            sign_in(client, organiser.email)
            client.post(SECOND, {"code": code})
            assert is_signed_in(client) is signed_in

    def test_proof_is_wanted_again_before_it_is_taken_off(self, client, organiser):
        secret = give_app(organiser)
        sign_in(client, organiser.email)
        client.post(SECOND, {"code": code_of(secret)})

        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            response = client.post(reverse("mfa_deactivate_totp"))

        assert response.url.startswith(reverse("mfa_reauthenticate"))
        assert Authenticator.objects.filter(user=organiser, type="totp").exists()


@pytest.mark.parametrize(
    "typed", ["SOMEONE@example.org", "some\u200bone@example.org", "ｓｏｍｅｏｎｅ@example.org"]
)
def test_code_goes_to_the_address_however_it_is_typed(client, user, typed):
    sign_in(client, typed)

    assert is_signed_in(client)
    assert Message.objects.get().to == user.email


@pytest.mark.parametrize("typed", ['"x,y@evil.example"@example.org', "a@x\ua7cb.org"])
def test_what_is_no_address_gets_a_sentence_and_no_code(client, typed):
    page = client.post(REQUEST, {"email": typed})

    assert page.context["form"].errors["email"]
    assert not Message.objects.exists()
