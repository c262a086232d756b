"""Every page of signing in, as nobody, a participant and an organiser get it."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.urls import get_resolver, reverse

from foundation.accounts.models import User

pytestmark = pytest.mark.django_db

FORBIDDEN = r'<style|\sstyle=|<script(?![^>]*(?:\ssrc=|type="application/json"))|\son[a-z]+='
OPEN = {
    "account_login",
    "account_request_login_code",
    "account_signup",
    "account_inactive",
}
# What they answer to a person signed in who has every kind of second factor, where not 200.
LEADS_ON = {
    "account_login": 302,
    "account_request_login_code": 302,
    "account_confirm_login_code": 302,
    "account_signup": 302,
    "account_set_password": 302,
    "account_email": 302,
    "account_email_verification_sent": 302,
    "account_reset_password": 302,
    "account_reset_password_done": 302,
    "account_reset_password_from_key": 302,
    "account_reset_password_from_key_done": 302,
    "account_confirm_email": 302,
    "mfa_authenticate": 302,
    "mfa_activate_totp": 302,
    "mfa_login_webauthn": 302,
}
KEYS = {
    "account_confirm_email": ["key"],
    "account_reset_password_from_key": ["1", "key"],
}


def names() -> list[str]:
    """The name of every address below /accounts/: a new one is covered by being there."""
    prefix = ("account_", "mfa_")
    return sorted(
        name
        for name in get_resolver().reverse_dict
        if isinstance(name, str) and name.startswith(prefix)
    )


def address(name, key=None) -> str:
    return reverse(name, args=[key.pk] if key else KEYS.get(name, []))


@pytest.fixture(autouse=True)
def _no_tries_counted(db):
    cache.clear()


@pytest.fixture
def organiser():
    user = User.objects.create_user("organiser@example.org", "a-made-up-word", is_staff=True)
    totp.TOTP.activate(user, totp.generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


@pytest.fixture
def key(organiser, monkeypatch):
    """A passkey; what it signs with is tried in a real browser."""
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    return Authenticator.objects.create(
        user=organiser, type="webauthn", data={"name": "<b>My</b> key", "credential": {}}
    )


def assert_in_our_look(response):
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert 'class="sign-in narrow"' in html
    assert not re.search(FORBIDDEN, html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    fields = re.findall(
        r'<(?:input|textarea|select)(?![^>]*type="hidden")[^>]*\sid="([^"]+)"', html
    )
    assert set(fields) <= set(re.findall(r'<label[^>]*\sfor="([^"]+)"', html))


@pytest.mark.parametrize("name", [name for name in names() if "<" not in name])
def test_page_is_shut_to_nobody_or_in_our_look(client, name, key):
    needs_key = name in ("mfa_edit_webauthn", "mfa_remove_webauthn")

    response = client.get(address(name, key if needs_key else None))

    if name in OPEN:
        assert response.status_code == 200
        assert_in_our_look(response)
    else:
        assert response.status_code == 302
        assert (
            response.url.startswith(("/accounts/login/", "/accounts/2fa/")) or response.url == "/"
        )


@pytest.mark.parametrize("name", names())
def test_page_is_in_our_look_to_an_organiser_or_leads_on(client, name, organiser, key):
    client.force_login(organiser)
    needs_key = name in ("mfa_edit_webauthn", "mfa_remove_webauthn")

    response = client.get(address(name, key if needs_key else None))

    if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
        assert_in_our_look(response)
    else:
        assert response.status_code in (LEADS_ON.get(name, 302), 200)


def test_key_of_somebody_else_does_not_exist(client, key):
    client.force_login(User.objects.create_user("someone@example.org", is_staff=True))

    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[key.pk])).status_code == 404
        assert client.post(reverse(name, args=[key.pk]), {"name": "x"}).status_code == 404

    assert Authenticator.objects.filter(pk=key.pk).exists()
