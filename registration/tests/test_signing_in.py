"""Who signs in by a mailed code has proved their address: they are asked about what was sent."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from foundation.accounts.tests.factories import UserFactory
from foundation.accounts.tests.signing_in import code_of, give_app, is_signed_in, sign_in
from foundation.mail.models import Message
from registration.actions.submitting import MOST_WAITING
from registration.models import Participant, Status, Submission
from registration.tests.factories import ParticipantFactory, SubmissionFactory
from registration.tests.forms import address, answers, send, workshop_with_texts

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-made-up-password"
ASKS = "Did you send this?"
EMAIL = "ada@example.org"


@pytest.fixture(autouse=True)
def _as_the_site_has_it(settings, db):
    settings.EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
    cache.clear()


@pytest.fixture
def workshop():
    return workshop_with_texts()


@pytest.fixture
def sent(workshop):
    """A form that the owner of the address sent; who signs in is asked about it."""
    send(Client(), workshop, dietary="No nuts")
    return Submission.objects.get()


def page_of(sent) -> str:
    return address("sent_form", sent.workshop, sent.public_id)


def my_page(client, workshop) -> str:
    return client.get(address("workshop:me", workshop)).content.decode()


def kinds() -> list[str]:
    return [*Message.objects.order_by("pk").values_list("kind", flat=True)]


def test_code_hands_nothing_over_before_its_owner_says_that_it_is_theirs(client, workshop, sent):
    sign_in(client, EMAIL)

    page = my_page(client, workshop)
    assert ASKS in page
    assert page_of(sent) in page
    assert not Participant.objects.exists()
    html = client.get(page_of(sent)).content.decode()
    assert "Be <em>kind</em>." in html
    assert "Example House" in html

    assert client.post(page_of(sent)).url == address("received", workshop)
    person = Participant.objects.get()
    assert (person.status, person.status_by, person.user.email) == (
        Status.PENDING,
        person.user,
        EMAIL,
    )
    assert person.sensitive_details.dietary == "No nuts"
    assert kinds()[-1] == "registration/received"
    assert ASKS not in my_page(client, workshop)


def test_of_several_forms_one_is_chosen_and_the_others_are_erased(client, workshop, sent):
    send(Client(REMOTE_ADDR="198.51.100.7"), workshop, badge_name="Mallory")
    other = Submission.objects.latest("pk")
    sign_in(client, EMAIL)
    assert page_of(other) in my_page(client, workshop)

    client.post(page_of(sent))

    assert Participant.objects.get().badge_name == "Ada Example"
    other.refresh_from_db()
    assert (other.answers, other.participant) == ({}, None)
    assert "This form no longer counts" in client.post(page_of(other)).content.decode()


def test_form_of_a_stranger_is_erased_by_the_owner(client, workshop, sent):
    sign_in(client, EMAIL)

    client.post(page_of(sent), {"erase": "1"})

    assert ASKS not in my_page(client, workshop)
    assert not Participant.objects.exists()
    assert Submission.objects.get().answers == {}


def test_sent_anew_by_who_is_signed_in_needs_no_link_and_drops_what_waits(client, workshop, sent):
    sign_in(client, EMAIL)
    told = answers(workshop, badge_name="Ada the Second")

    done = [client.post(address("register", workshop), told).url for _n in range(2)]

    assert done == [address("received", workshop), address("workshop:me", workshop)]
    person = Participant.objects.get()
    assert (person.badge_name, person.status) == ("Ada the Second", Status.PENDING)
    assert ASKS not in my_page(client, workshop)
    assert kinds().count("registration/verify") == 1


def test_owner_registers_however_many_forms_a_stranger_has_sent(client, workshop):
    user = UserFactory(email=EMAIL)
    SubmissionFactory.create_batch(MOST_WAITING, workshop=workshop, user=user)
    sign_in(client, EMAIL)

    client.post(address("register", workshop), answers(workshop, badge_name="Ada the Owner"))

    assert Participant.objects.get().badge_name == "Ada the Owner"
    assert not Submission.objects.waiting().exists()


def test_somebody_elses_address_still_needs_its_link(client, workshop):
    user = UserFactory()
    sign_in(client, user.email)

    sent = client.post(address("register", workshop), answers(workshop, email=EMAIL))

    assert sent.url == address("sent", workshop)
    assert not Participant.objects.exists()


def test_contact_is_asked_about_those_whom_they_registered(client, workshop):
    contact = UserFactory()
    sent = SubmissionFactory(workshop=workshop, user=contact, is_for_other=True)

    sign_in(client, contact.email)
    assert page_of(sent) in my_page(client, workshop)
    client.post(page_of(sent))

    person = Participant.objects.get()
    assert (person.user, person.contact) == (None, contact)


def test_code_asks_nothing_before_the_second_factor(client, workshop, sent):
    secret = give_app(sent.user)
    sign_in(client, EMAIL)
    assert client.post(page_of(sent)).status_code == 302
    assert not Participant.objects.exists()

    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert ASKS in my_page(client, workshop)


def test_where_the_forms_wait_is_said_wherever_one_lands(client, workshop, sent):
    sign_in(client, EMAIL)

    assert (
        "A registration form was sent with your address."
        in client.get(workshop.get_absolute_url()).content.decode()
    )


def test_nobody_is_asked_about_a_form_that_was_sent_with_another_address(client, workshop, sent):
    other = ParticipantFactory(workshop=workshop)

    sign_in(client, other.user.email)

    assert ASKS not in my_page(client, workshop)
    assert client.get(page_of(sent)).status_code == 404
    assert client.post(page_of(sent)).status_code == 404
    assert not re.search("Ada Example", my_page(client, workshop))


def test_password_proves_no_address(client, workshop, sent):
    sent.user.set_password(PASSWORD)
    sent.user.save()

    client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})

    assert is_signed_in(client)
    assert ASKS not in my_page(client, workshop)
    assert client.post(page_of(sent)).url == address("workshop:me", workshop)
    told = answers(workshop, badge_name="By password")
    assert client.post(address("register", workshop), told).url == address("sent", workshop)
    assert not Participant.objects.exists()
