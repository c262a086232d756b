"""Who signs in by a mailed code has proved their address, as by the link of the registration."""

import pytest
from django.core.cache import cache

from foundation.accounts.tests.factories import UserFactory
from foundation.accounts.tests.signing_in import code_of, give_app, is_signed_in, sign_in
from foundation.mail.models import Message
from registration.models import Status
from registration.tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-made-up-password"


@pytest.fixture(autouse=True)
def _as_the_site_has_it(settings, db):
    settings.EMAIL_BACKEND = "foundation.mail.backend.EmailBackend"
    cache.clear()


@pytest.fixture
def submitted():
    return ParticipantFactory(status=Status.SUBMITTED)


def kinds() -> list[str]:
    return [*Message.objects.order_by("pk").values_list("kind", flat=True)]


def test_code_hands_a_registration_to_the_organisers(client, submitted):
    sign_in(client, submitted.user.email)

    submitted.refresh_from_db()
    assert (submitted.status, submitted.status_by) == (Status.PENDING, submitted.user)
    assert kinds() == ["sign-in", "registration/received"]


def test_code_of_a_contact_hands_over_whom_they_registered(client):
    contact = UserFactory()
    person = ParticipantFactory(user=None, contact=contact, status=Status.SUBMITTED)
    with_own = ParticipantFactory(contact=contact, status=Status.SUBMITTED)

    sign_in(client, contact.email)

    person.refresh_from_db()
    with_own.refresh_from_db()
    assert (person.status, with_own.status) == (Status.PENDING, Status.SUBMITTED)


def test_code_hands_over_nothing_before_the_second_factor(client, submitted):
    secret = give_app(submitted.user)
    sign_in(client, submitted.user.email)
    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED

    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    submitted.refresh_from_db()
    assert submitted.status == Status.PENDING


def test_code_leaves_every_other_registration_alone(client, submitted):
    declined = ParticipantFactory(user=submitted.user, status=Status.DECLINED)
    stranger = ParticipantFactory(status=Status.SUBMITTED)

    sign_in(client, submitted.user.email)

    declined.refresh_from_db()
    stranger.refresh_from_db()
    assert (declined.status, stranger.status) == (Status.DECLINED, Status.SUBMITTED)


def test_password_proves_no_address(client, submitted):
    submitted.user.set_password(PASSWORD)
    submitted.user.save()

    client.post("/accounts/login/", {"login": submitted.user.email, "password": PASSWORD})

    submitted.refresh_from_db()
    assert is_signed_in(client)
    assert submitted.status == Status.SUBMITTED
