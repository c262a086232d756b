"""Anything typed into the participants' forms: no 500, and nothing stored that can't be shown."""

import pytest
from allauth.core import ratelimit
from django.test import Client
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.accounts.models import User
from registration.links import invitation_path
from registration.models import Participant, Submission
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from registration.tests.forms import address, answers, is_void, proved, workshop_with_texts

pytestmark = pytest.mark.django_db

NASTY = st.sampled_from(
    [
        "a\x07b",
        "\ud800".encode("utf-8", "surrogatepass"),
        b"\xff\xfe\x80",
        "x" * 5000,
        "ភាសាខ្មែរ",
        "שלום‮ abc",
        "👩‍👩‍👧‍👦",
        "=1+1",
        "<script>alert(1)</script>",
        "{{ 7|add:7 }}",
        "\u200b",
        "a\r\nBcc: everybody@example.org",
        "99999999999999999999999",
        "-1",
    ]
)
# A NUL is refused before any form sees it: workshop/tests/inputs.
TEXT = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=150), NASTY
)
LINES = ["badge_name", "other_organisation", "job_title", "dietary", "access"]
FORM = st.fixed_dictionaries(
    dict.fromkeys(LINES, TEXT),
    optional={
        "email": TEXT,
        "organisation": TEXT,
        "country": TEXT,
        "affiliations": st.lists(TEXT, max_size=3),
        "days": st.lists(TEXT, max_size=3),
        "agrees_to_conduct": TEXT,
    },
)
LENIENT = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def no_throttle(monkeypatch):
    monkeypatch.setattr(ratelimit, "consume", lambda *args, **kwargs: True)


@pytest.fixture
def workshop():
    made = workshop_with_texts()
    AffiliationFactory(workshop=made)
    OrganisationFactory(workshop=made)
    return made


def shown(client, participant) -> None:
    """The participant reads what was stored, on their page and in the form, letter by letter."""
    for name in ("workshop:me", "change"):
        page = client.get(address(name, participant.workshop)).content.decode()
        assert escape(participant.badge_name) in page
        assert escape(participant.organisation_name) in page
    assert client.get(address("workshop:my_data", participant.workshop)).status_code == 200


@LENIENT
@given(typed=FORM)
def test_public_form_takes_any_text(workshop, typed):
    Submission.objects.all().delete()
    Participant.objects.all().delete()
    User.objects.all().delete()

    response = Client().post(address("register", workshop), answers(workshop) | typed)

    assert response.status_code in (200, 302)
    assert Submission.objects.count() == (response.status_code == 302)
    if Submission.objects.exists():
        participant = proved()
        client = Client()
        client.force_login(participant.user)
        shown(client, participant)


@LENIENT
@given(typed=FORM)
def test_change_takes_any_text(workshop, typed):
    participant = ParticipantFactory(workshop=workshop, other_organisation="Example House")
    client = Client()
    client.force_login(participant.user)

    response = client.post(address("change", workshop), answers(workshop) | typed)

    assert response.status_code in (200, 302)
    participant.refresh_from_db()
    shown(client, participant)


@LENIENT
@given(typed=FORM)
def test_invitation_takes_any_text(workshop, typed):
    invitation = InvitationFactory(workshop=workshop)

    response = Client().post(invitation_path(invitation), answers(workshop) | typed)

    assert response.status_code in (200, 302)
    assert Participant.objects.filter(invitation=invitation).count() == (
        response.status_code == 302
    )


@LENIENT
@given(
    token=st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1, max_size=80)
)
def test_any_text_for_a_token_is_a_void_link(workshop, token):
    for name in ("verify", "register_invited"):
        response = Client().get(address(name, workshop, "x" + token))

        assert is_void(response)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Ada \x07\r\n Example ", "Ada Example"),
        ("\u202eAda \u2067Example", "Ada Example"),
        ("ភាសាខ្មែរ", "ភាសាខ្មែរ"),
        ("=1+1", "=1+1"),
    ],
)
def test_name_is_stored_as_one_line_that_can_be_shown(client, workshop, typed, stored):
    client.post(address("register", workshop), answers(workshop, badge_name=typed))

    assert proved().badge_name == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("\u200b", "This field is required."),
        ("👩‍👩‍👧‍👦", "Write it with letters, please."),
        ("---", "Write it with letters, please."),
    ],
)
def test_name_that_nobody_can_read_is_a_mistake(client, workshop, typed, sentence):
    page = client.post(address("register", workshop), answers(workshop, badge_name=typed))

    assert sentence in page.content.decode()
    assert not Submission.objects.exists()
