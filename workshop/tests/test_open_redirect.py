"""Wherever an address may be given to go on to, it stays on this host."""

from urllib.parse import urlencode, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from foundation.accounts.tests.codes import code_in
from foundation.accounts.tests.entering import enter
from foundation.accounts.tests.factories import UserFactory
from registration.tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "//evil.example",
    "//evil.example/%2f..",
    "///evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "//testserver\\@evil.example",
    "javascript:alert(1)",
    "data:text/html,evil.example",
    "ftp://evil.example",
    "%2f%2fevil.example",
]
NAMES = ["next", "redirect_to", "return_to", "url", "continue", "r"]
BY_CODE, PASSWORD = "account_request_login_code", "made-up-for-this-test"
CONFIRM, FACTOR = "account_confirm_login_code", "mfa_authenticate"


def where(response) -> str:
    """The host to which a browser would go from here; as browsers read an address, not as we do."""
    location = response.headers["Location"].replace("\\", "/")
    location = "".join(letter for letter in location if letter not in "\t\r\n").strip()
    if location.startswith("//"):
        location = "//" + location.lstrip("/")
    found = urlsplit(location)
    assert found.scheme in ("", "http", "https"), location
    assert found.netloc or not found.scheme, location
    return found.netloc


def stays(response) -> bool:
    if "Location" in response.headers:
        return where(response) in ("", "testserver")
    # Not sent on at once: nor is what the page offers to press.
    html = response.content.decode()
    offered = [part.split('"', 1)[0] for part in html.replace("'", '"').split('href="')[1:]]
    actions = [part.split('"', 1)[0] for part in html.replace("'", '"').split('action="')[1:]]
    return not any(
        address.replace("\\", "/").lstrip().startswith(("//", "http", "javascript:", "data:"))
        for address in (*offered, *actions)
    )


@pytest.fixture
def user():
    person = UserFactory()
    person.set_password(PASSWORD)
    person.save()
    return person


def signing_in(client, user, name, asked, mailoutbox) -> list:
    """The answers on the way in: by password or by a code, then the second factor if there is one.

    asked: goes along with everything that is sent, in the form and in the query.
    """
    query = f"?{urlencode(asked)}"
    typed = {"login": user.email, "email": user.email, "password": PASSWORD}
    answers = [client.post(reverse(name) + query, typed | asked)]
    if name == BY_CODE:
        code = code_in(mailoutbox[-1].body)
        answers.append(client.post(reverse(CONFIRM) + query, {"code": code} | asked))
    if where(answers[-1]) == "" and reverse(FACTOR) in answers[-1]["Location"]:
        answers.append(client.post(reverse(FACTOR) + query, {"code": "123456"} | asked))
    return answers


@pytest.mark.parametrize("has_factor", [False, True])
@pytest.mark.parametrize("name", ["account_login", BY_CODE])
@pytest.mark.parametrize("target", ELSEWHERE)
def test_sign_in_stays_on_this_host(
    client, user, target, name, has_factor, mailoutbox, monkeypatch
):
    if has_factor:
        TOTP.activate(user, generate_totp_secret())
        monkeypatch.setattr(TOTP, "validate_code", lambda self, code: True)

    answers = signing_in(client, user, name, dict.fromkeys(NAMES, target), mailoutbox)

    assert len(answers) == 1 + has_factor + (name == BY_CODE)
    assert [answer.status_code for answer in answers] == [302] * len(answers)
    assert [answer for answer in answers if not stays(answer)] == []
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_sign_out_stays_on_this_host(client, user, target):
    client.force_login(user)

    asked = client.get(reverse("account_logout"), {"next": target})
    done = client.post(reverse("account_logout"), {"next": target})

    assert stays(asked)
    assert done.status_code == 302
    assert stays(done)


@pytest.mark.parametrize("name", ["admin:login", "admin:logout", "admin:index"])
@pytest.mark.parametrize("target", ELSEWHERE)
def test_admins_door_stays_on_this_host(client, target, name):
    staff = UserFactory(is_staff=True, is_superuser=True)

    for is_signed_in in (False, True):
        if is_signed_in:
            enter(client, staff)
        for answered in (
            client.get(reverse(name), {"next": target}),
            client.post(reverse(name), {"next": target}),
        ):
            assert stays(answered)


@pytest.mark.parametrize("name", ["account_reauthenticate", "mfa_reauthenticate"])
@pytest.mark.parametrize("target", ELSEWHERE)
def test_proving_oneself_again_stays_on_this_host(client, user, target, name, monkeypatch):
    TOTP.activate(user, generate_totp_secret())
    monkeypatch.setattr(TOTP, "validate_code", lambda self, code: True)
    client.force_login(user)

    proof = {"code": "123456", "next": target}

    assert stays(client.get(reverse(name), {"next": target}))
    assert stays(client.post(reverse(name), proof))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_our_own_pages_lead_nowhere_else(client, target):
    person = ParticipantFactory()
    client.force_login(person.user)
    addresses = [reverse("home"), person.workshop.get_absolute_url()]

    for address in addresses:
        assert stays(client.get(address, dict.fromkeys(NAMES, target)))
        assert stays(client.post(address, dict.fromkeys(NAMES, target)))


def test_good_address_of_this_host_is_gone_to(client, user, mailoutbox):
    """Or the tests above would pass on a site that forgets where one wanted to go."""
    address = ParticipantFactory(user=user).workshop.get_absolute_url()

    *_, last = signing_in(client, user, "account_login", {"next": address}, mailoutbox)

    assert last["Location"] == address
