"""What every answer says to the browser: what may run, who may frame it, who may keep it."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.entering import enter
from foundation.accounts.tests.factories import UserFactory
from registration.tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db

PAGES = {
    "home": lambda session: reverse("home"),
    "health": lambda session: reverse("healthz"),
    "workshop": lambda session: session.workshop.get_absolute_url(),
    "agenda": lambda session: reverse("agenda:agenda", args=[session.workshop.slug]),
    "session": lambda session: session.get_absolute_url(),
    "no session": lambda session: session.get_absolute_url().replace(session.slug, "none"),
    "place by get": lambda session: f"{session.get_absolute_url()}signup/",
    "sign in": lambda session: reverse("account_login"),
    "sign-in code": lambda session: reverse("account_request_login_code"),
    "e-mails": lambda session: reverse("account_email"),
    "second factors": lambda session: reverse("mfa_index"),
    "admin": lambda session: reverse("admin:index"),
    "admin list": lambda session: reverse("admin:agenda_session_changelist"),
    "admin form": lambda session: reverse("admin:agenda_session_change", args=[session.pk]),
    "admin history": lambda session: reverse("admin:agenda_session_history", args=[session.pk]),
    "admin words": lambda session: reverse("admin:jsi18n"),
    "nowhere": lambda session: "/no/such/page/",
}
PUBLIC = {"home", "workshop", "agenda", "session"}
WHO = ["nobody", "participant", "operator"]


@pytest.fixture
def session():
    return SessionFactory()


@pytest.fixture
def answer(client, session):
    """What somebody is answered on one of PAGES."""

    def answer(place, who):
        if who == "participant":
            client.force_login(ParticipantFactory(workshop=session.workshop).user)
        elif who == "operator":
            enter(client, UserFactory(is_staff=True, is_superuser=True))
        return client.get(PAGES[place](session))

    return answer


def policy_of(response) -> dict[str, list[str]]:
    parts = response["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (part.split() for part in parts if part.strip())}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("place", PAGES)
def test_every_answer_carries_the_policy_and_its_companions(answer, place, who):
    response = answer(place, who)

    policy = policy_of(response)
    wanted = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert set(policy) == set(wanted)
    for name, values in policy.items():
        allowed = {str(value) for value in wanted[name]}
        extra = [value for value in values if value not in allowed]
        # A nonce stands for NONCE where the page uses one; nothing else is added.
        assert not [value for value in extra if not re.fullmatch(r"'nonce-[\w+/=-]+'", value)]
        assert not [value for value in values if "unsafe" in value or "*" in value]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("who", ["participant", "operator"])
@pytest.mark.parametrize("place", PAGES)
def test_answer_to_somebody_signed_in_is_kept_by_no_cache(answer, place, who):
    said = answer(place, who)["Cache-Control"]

    directives = {part.strip() for part in said.split(",")}
    assert {"private", "no-store"} <= directives
    assert "public" not in directives


@pytest.mark.parametrize("place", sorted(PUBLIC))
def test_public_page_is_never_one_for_all(answer, place):
    """Whoever signs in gets another page at the same address: caches are told, or keep none."""
    response = answer(place, "nobody")

    said = response.headers.get("Cache-Control", "")
    assert "Cookie" in response.headers.get("Vary", "") or "private" in said
    assert "public" not in said


def test_redirect_and_refusal_carry_the_policy_too(client, session):
    redirected = client.get(reverse("admin:index"))
    refused = client.post(reverse("agenda:agenda", args=[session.workshop.slug]))

    assert (redirected.status_code, refused.status_code) == (302, 405)
    for response in (redirected, refused):
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"


def test_cookies_are_out_of_the_reach_of_scripts_and_of_other_sites(client):
    form = client.get(reverse("account_login"))
    begun = client.post(reverse("account_request_login_code"), {"email": UserFactory().email})

    cookies = {**form.cookies, **begun.cookies}
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= set(cookies)
    for cookie in cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_over_https_cookies_and_the_browser_stay_there(client, session, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_SSL_REDIRECT = True

    plain = client.get(reverse("account_login"))
    secure = client.get(reverse("account_login"), secure=True)

    assert plain.status_code == 301
    assert plain["Location"].startswith("https://")
    assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert all(cookie["secure"] for cookie in secure.cookies.values())
