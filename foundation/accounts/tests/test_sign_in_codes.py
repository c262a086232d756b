"""Signing in by mailed code; and what it tells to strangers."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.tests.codes import code_in
from foundation.accounts.tests.signing_in import (
    CONFIRM,
    REQUEST,
    ask_for_code,
    is_signed_in,
    mailed_code,
    sign_in,
)
from foundation.mail.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_the_site_has_it(settings, db):
    """Mail becomes messages, which pytest-django would replace; no tries are counted yet."""
    settings.EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
    cache.clear()


@pytest.fixture
def user():
    return User.objects.create_user("someone@example.org")


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

    @pytest.mark.parametrize("again", ["resend", "ask"])
    @pytest.mark.parametrize(("nth", "signs_in"), [(0, False), (1, True), (2, True)])
    def test_asked_for_again_leaves_the_last_two_good(self, client, user, again, nth, signs_in):
        ask_for_code(client, user.email)
        for _n in range(2):
            if again == "resend":
                client.post(CONFIRM, {"action": "resend"})
            else:
                ask_for_code(client, user.email)
        codes = [code_in(mail.text) for mail in Message.objects.order_by("pk")]

        client.post(CONFIRM, {"code": codes[nth]})

        assert len(codes) == 3
        assert is_signed_in(client) is signs_in

    def test_asked_for_again_leaves_no_more_tries_to_the_one_before(self, client, user):
        ask_for_code(client, user.email)
        old = mailed_code()
        client.post(CONFIRM, {"action": "resend"})

        for _n in range(3):
            client.post(CONFIRM, {"code": "BBBB-BBBB"})
        for code in (old, mailed_code()):
            client.post(CONFIRM, {"code": code})

        assert not is_signed_in(client)

    def test_before_the_last_one_ends_after_its_own_ten_minutes(self, client, user):
        with time_machine.travel(timezone.now()) as clock:
            ask_for_code(client, user.email)
            old = mailed_code()
            clock.shift(timedelta(minutes=9))
            client.post(CONFIRM, {"action": "resend"})
            clock.shift(timedelta(minutes=2))

            client.post(CONFIRM, {"code": old})
            assert not is_signed_in(client)
            client.post(CONFIRM, {"code": mailed_code()})
            assert is_signed_in(client)

    def test_asked_for_by_one_address_is_not_good_for_the_next(self, client, user):
        other = User.objects.create_user("other@example.org")
        ask_for_code(client, user.email)
        code = mailed_code()

        ask_for_code(client, other.email)
        client.post(CONFIRM, {"code": code})

        assert not is_signed_in(client)
        assert Message.objects.filter(to=other.email).exists()

    def test_sent_again_counts_for_the_hour(self, client, user, settings):
        settings.ACCOUNT_RATE_LIMITS |= {"sign_in_code": "2/h/key"}
        ask_for_code(client, user.email)

        for _n in range(2):
            page = client.post(CONFIRM, {"action": "resend"}, follow=True)

        assert Message.objects.count() == 2
        assert "Wait 60 minutes" in page.content.decode()

    @pytest.mark.parametrize(
        "disguise",
        [
            lambda code: "".join(chr(ord(each) + 0xFEE0) for each in code.replace("-", "")),
            lambda code: " ".join(code),
            lambda code: code.replace("-", "\u2013"),
            lambda code: f"\ufeff{code[:4]}\u200b\u00ad\u00a0{code[4:]}\u200e.",
        ],
        ids=["full width", "blanks", "another dash", "not to be seen"],
    )
    def test_is_read_however_it_is_typed(self, client, user, disguise):
        ask_for_code(client, user.email)

        client.post(CONFIRM, {"code": disguise(mailed_code())})

        assert is_signed_in(client)

    def test_that_can_be_none_is_no_try(self, client, user):
        ask_for_code(client, user.email)
        for text in ("BBBB", "\u200b", "BBBB-BBBB-B", user.email):
            client.post(CONFIRM, {"code": text})

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

    def test_is_void_in_another_browser_which_says_what_to_do(self, client, user):
        ask_for_code(client, user.email)

        client.cookies.clear()
        page = client.post(CONFIRM, {"code": mailed_code(), "next": "/healthz"}, follow=True)

        assert not is_signed_in(client)
        html = page.content.decode()
        assert "in the browser that asked for it" in html
        assert 'name="email"' in html
        assert '<input type="hidden" name="next" value="/healthz">' in html

    def test_page_says_what_to_do_where_another_browser_asked(self, client, user):
        html = ask_for_code(client, user.email).content.decode()

        assert "another browser" in html
        assert "send a new one from here" in html

    def test_other_address_can_be_given(self, client, user):
        page = ask_for_code(client, "mistyped@example.org").content.decode()
        assert f'href="{REQUEST}"' in page

        assert 'name="email"' in client.get(REQUEST).content.decode()
        sign_in(client, user.email)

        assert is_signed_in(client)

    @pytest.mark.parametrize("text", ["x" * 5000, "សួស្តី@example.org", "=1+1", "🙂", " "])
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
