"""Signing in, in a real browser under the strict policy: code, app, passkey."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from foundation.accounts.models import User
from foundation.accounts.tests.codes import code_in
from foundation.mail.models import Message
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from workshop.tests.browser.authenticator import AuthenticatorApp

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _as_the_site_has_it(settings, db):
    settings.EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
    cache.clear()


@pytest.fixture
def site(live_server) -> str:
    """By name: a browser makes no passkeys for an address of digits."""
    return live_server.url.replace("127.0.0.1", "localhost")


def is_complaint(said) -> bool:
    """Whether it is more than an address without an answer, which is no fault of the page's."""
    return said.type == "error" and "Failed to load resource" not in said.text


@pytest.fixture
def page(browser):
    """A page; whatever the browser complains of, the policy above all, fails the test."""
    context, complaints = browser.new_context(), []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def organiser():
    user = User.objects.create_user("organiser@example.org", is_staff=True)
    return RoleFactory(user=user).user


@pytest.fixture
def telephone(page):
    """A device that makes passkeys and is unlocked by its owner at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def unlocked(yes: bool):
        session.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": added["authenticatorId"], "isUserVerified": yes},
        )

    return unlocked


def sign_in_by_code(page, email):
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code from the mail")
    mail = Message.objects.filter(to=email).latest("pk")
    page.get_by_label("Code").fill(code_in(mail.text))
    page.get_by_role("button", name="Sign in", exact=True).click()


def set_up_app(page) -> AuthenticatorApp:
    """Set an authenticator app up from “Your way in”."""
    page.get_by_role("link", name="Set up an app").click()
    app = AuthenticatorApp(page.locator("#secret").inner_text())
    shown = page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth")
    assert shown > 0
    page.get_by_label("Six digits").fill(app.digits())
    page.get_by_role("button", name="Use this app").click()
    return app


def test_participant_signs_in_by_code_and_comes_back_to_the_page(page, site):
    user = User.objects.create_user("someone@example.org")
    workshop = WorkshopFactory()

    page.goto(f"{site}/accounts/login/?next={workshop.get_absolute_url()}")
    sign_in_by_code(page, user.email)

    expect(page).to_have_url(site + workshop.get_absolute_url())
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_organiser_sets_an_app_up_and_enters_the_admin_with_it(page, site, organiser):
    page.goto(f"{site}/admin/")
    sign_in_by_code(page, organiser.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your way in")
    app = set_up_app(page)
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="to the admin").click()
    expect(page).to_have_url(f"{site}/admin/")

    page.context.clear_cookies()
    page.goto(f"{site}/admin/")
    sign_in_by_code(page, organiser.email)
    page.get_by_label("Code").fill(app.digits())
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_url(f"{site}/admin/")


def test_organiser_adds_a_passkey_and_signs_in_with_it_alone(page, site, organiser, telephone):
    page.goto(f"{site}/admin/")
    sign_in_by_code(page, organiser.email)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Its name").fill("My telephone")
    page.get_by_role("button", name="Go on in the browser").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.goto(f"{site}/accounts/2fa/webauthn/")
    expect(page.get_by_text("My telephone")).to_be_visible()
    expect(page.get_by_text("Signs you in alone.")).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{site}/admin/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page).to_have_url(f"{site}/admin/")


def test_passkey_is_the_second_step_after_a_code(page, site, organiser, telephone):
    page.goto(f"{site}/accounts/login/?next=/accounts/2fa/webauthn/add/")
    sign_in_by_code(page, organiser.email)
    page.get_by_label("Sign in with it alone").uncheck()
    page.get_by_role("button", name="Go on in the browser").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)

    page.context.clear_cookies()
    page.goto(f"{site}/admin/")
    sign_in_by_code(page, organiser.email)
    page.get_by_role("button", name="Use a passkey instead").click()

    expect(page).to_have_url(f"{site}/admin/")


def test_passkey_that_fails_is_told_in_words(page, site, telephone):
    telephone(False)

    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")


def test_without_javascript_the_code_signs_in_and_no_dead_button_is_shown(browser, site):
    user = User.objects.create_user("someone@example.org")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{site}/accounts/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    sign_in_by_code(page, user.email)

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    context.close()
