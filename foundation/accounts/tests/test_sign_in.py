"""Signing in: by mailed code, by password, with a second factor; and what it tells to strangers."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.tests.codes import code_in
from foundation.mail.models import Message
from foundation.series.tests.factories import RoleFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-made-up-password"
LOGIN, REQUEST = "/accounts/login/", "/accounts/login/code/"
CONFIRM, SECOND = "/accounts/login/code/confirm/", "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _as_the_site_has_it(settings, db):
    """Mail becomes messages, which pytest-django would replace; no tries are counted yet."""
    settings.EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
    cache.clear()


@pytest.fixture
def user():
    return User.objects.create_user("someone@example.org")


def ask_for_code(client, email, **data):
    return client.post(REQUEST, {"email": email, **data}, follow=True)


def mailed_code() -> str:
    return code_in(Message.objects.latest("pk").text)


def sign_in(client, email, **data):
    ask_for_code(client, email, **data)
    return client.post(CONFIRM, {"code": mailed_code(), **data})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def give_app(user) -> str:
    """Set an authenticator app up for `user`; its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_of(secret) -> str:
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


class TestCode:
    def test_signs_in_who_has_neither_password_nor_address_row(self, client, user):
        response = sign_in(client, user.email)

        assert response.status_code == 302
        assert is_signed_in(client)
        assert Message.objects.count() == 1

    def test_finds_the_user_however_the_letters_are_cased(self, client, user):
        sign_in(client, "SomeOne@Example.ORG")

        assert is_signed_in(client)

    def test_is_good_in_small_letters_and_without_the_dash(self, client, user):
        ask_for_code(client, user.email)
        client.post(CONFIRM, {"code": mailed_code().lower().replace("-", "")})

        assert is_signed_in(client)

    def test_mail_names_the_site_and_how_long_the_code_is_good(self, client, user, settings):
        ask_for_code(client, user.email)

        mail = Message.objects.get()
        assert mail.to == user.email
        assert mail.subject == f"{settings.SITE_NAME}: Your sign-in code"
        assert "ten minutes" in mail.text
        assert settings.SITE_NAME in mail.text
        assert settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT == 600

    def test_is_never_sent_to_an_address_that_is_not_known(self, client):
        ask_for_code(client, "stranger@example.org")

        assert not Message.objects.exists()

    def test_is_never_sent_to_who_may_not_sign_in_any_more(self, client):
        User.objects.create_user("gone@example.org", is_active=False)

        ask_for_code(client, "gone@example.org")

        assert not Message.objects.exists()

    def test_costs_the_same_work_for_known_and_unknown_addresses(self, client, user):
        work = []
        for email in [user.email, "stranger@example.org"]:
            client.cookies.clear()
            with CaptureQueriesContext(connection) as queries:
                client.post(REQUEST, {"email": email})
            work.append(sum("mail_message" in query["sql"] for query in queries))

        assert work == [1, 1]
        assert Message.objects.get().to == user.email

    @pytest.mark.parametrize("again", ["", "resend"])
    def test_page_is_the_same_for_known_and_unknown_addresses(self, client, user, again):
        pages = []
        for email in [user.email, "stranger@example.org"]:
            client.cookies.clear()
            page = ask_for_code(client, email)
            if again:
                page = client.post(CONFIRM, {"action": again}, follow=True)
            html = page.content.decode().replace(email, "ADDRESS")
            pages.append(
                (page.status_code, page.redirect_chain, re.sub(r'value="\w{64}"', "", html))
            )

        assert pages[0] == pages[1]
        assert "ADDRESS" in pages[0][2]

    def test_wrong_code_is_answered_the_same_for_known_and_unknown_addresses(self, client, user):
        pages = []
        for email in [user.email, "stranger@example.org"]:
            client.cookies.clear()
            ask_for_code(client, email)
            tries = [client.post(CONFIRM, {"code": "BBBB-BBBB"}) for _ in range(3)]
            pages.append([(page.status_code, page.headers.get("Location")) for page in tries])

        assert pages[0] == pages[1]
        assert [status for status, _ in pages[0]] == [200, 200, 302]

    def test_wrong_code_is_told_beside_its_field(self, client, user):
        ask_for_code(client, user.email)

        html = client.post(CONFIRM, {"code": "BBBB-BBBB"}).content.decode()

        assert 'id="id_code_error"' in html
        assert 'aria-describedby="id_code_error id_code_help"' in html
        assert not is_signed_in(client)

    def test_sent_again_is_a_new_one_and_the_old_one_is_void(self, client, user):
        ask_for_code(client, user.email)
        old = mailed_code()
        client.post(CONFIRM, {"action": "resend"})

        client.post(CONFIRM, {"code": old})
        assert not is_signed_in(client)
        client.post(CONFIRM, {"code": mailed_code()})
        assert is_signed_in(client)

    def test_to_an_address_that_is_no_longer_theirs_is_not_sent(self, client, user):
        sign_in(client, user.email)
        client.logout()
        user.email = "moved@example.org"
        user.save()
        Message.objects.all().delete()

        ask_for_code(client, "someone@example.org")

        assert not Message.objects.exists()

    def test_is_void_in_another_browser(self, client, user):
        ask_for_code(client, user.email)

        client.cookies.clear()
        client.post(CONFIRM, {"code": mailed_code()})

        assert not is_signed_in(client)

    def test_other_address_can_be_given(self, client, user):
        ask_for_code(client, "mistyped@example.org")

        response = client.post(reverse("account_logout"), {"next": LOGIN}, follow=True)

        assert 'name="email"' in response.content.decode()

    @pytest.mark.parametrize("text", ["\0", "x" * 5000, "សួស្តី@example.org", "=1+1", "🙂", " "])
    def test_is_asked_for_with_any_text_without_an_error_of_ours(self, client, user, text):
        asked = ask_for_code(client, text)
        ask_for_code(client, user.email)
        confirmed = client.post(CONFIRM, {"code": text})

        assert asked.status_code == 200
        assert confirmed.status_code == 200
        assert not is_signed_in(client)

    def test_is_refused_where_too_many_are_asked_for_whoever_asks(self, client, user):
        pages = []
        for email in [user.email, "stranger@example.org"]:
            for _ in range(5):
                client.cookies.clear()
                last = ask_for_code(client, email)
            pages.append((last.status_code, last.redirect_chain))

        assert pages[0] == pages[1] == (200, [])
        assert Message.objects.count() < 5


class TestNext:
    def test_leads_on_after_the_code(self, client, user):
        assert sign_in(client, user.email, next="/healthz").url == "/healthz"

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
