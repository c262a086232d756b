"""What was typed into a form survives the end of its session, for its writer alone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from foundation.accounts.tests.factories import UserFactory
from registration.tests.forms import answers, workshop_with_texts
from workshop.tests.test_old_pages_people import typed_into
from worldcafe.tests.factories import ReservationFactory

pytestmark = pytest.mark.django_db

KEPT = "/accounts/kept/"
TYPED = "A new text of several words"


@pytest.fixture
def held():
    return ReservationFactory()


@pytest.fixture
def change_of(held) -> str:
    session = held.table.cafe.session
    return reverse(
        "worldcafe:change", args=[session.workshop.slug, session.slug, held.table.number]
    )


@pytest.fixture
def data(client, held) -> dict:
    """What the host's page sends, once the session behind it has ended."""
    client.force_login(held.host.user)
    page = client.get(held.table.get_absolute_url())
    client.get(reverse("workshop:me", args=[held.table.cafe.session.workshop.slug]))
    del client.cookies[settings.SESSION_COOKIE_NAME]
    return typed_into(page.context["change_form"], summary=TYPED)


def test_text_sent_after_the_end_of_a_session_is_shown_and_sent_after_signing_in(
    client, held, change_of, data
):
    asked = client.post(change_of, data)
    client.force_login(held.host.user)
    page = client.get(KEPT)
    sent = dict(page.context["kept"].fields)
    client.post(page.context["kept"].path, sent)

    assert asked.url == f"{reverse('account_login')}?next={KEPT}"
    assert TYPED in page.content.decode()
    assert "csrfmiddlewaretoken" not in sent
    held.refresh_from_db()
    assert held.summary == TYPED
    assert client.get(KEPT).status_code == 302  # it is sent, and no longer kept


def test_text_is_shown_to_nobody_else_at_the_same_machine(client, change_of, data):
    client.post(change_of, data)
    client.force_login(UserFactory())

    assert client.get(KEPT).status_code == 302
    assert "kept-form" not in client.session


def test_text_is_forgotten_after_an_hour(client, held, change_of, data):
    client.post(change_of, data)
    client.force_login(held.host.user)

    with travel(timezone.now() + timedelta(minutes=61)):
        client.get("/")
        client.get(reverse("workshop:me", args=[held.table.cafe.session.workshop.slug]))

    assert "kept-form" not in client.session


def test_text_is_forgotten_on_request(client, held, change_of, data):
    client.post(
        change_of, data, headers={"Referer": f"http://testserver{held.table.get_absolute_url()}"}
    )
    client.force_login(held.host.user)

    answer = client.post(KEPT)

    assert answer.url == held.table.get_absolute_url()
    assert "kept-form" not in client.session


@pytest.mark.parametrize("change", [{"summary": "x" * 60_000}, {"summary": "Short", "brings": ""}])
def test_too_large_a_form_and_one_without_text_are_not_kept(client, held, change_of, data, change):
    client.post(change_of, data | {"practice": "One"} | change)
    client.force_login(held.host.user)

    assert client.get(KEPT).status_code == 302


def test_form_from_a_browser_where_nobody_was_signed_in_is_not_kept(client, change_of, data):
    client.cookies.clear()

    client.post(change_of, data)

    assert "kept-form" not in client.session


class TestPublicForm:
    """“Back to the form” after it was sent: what was typed is still there, for an hour."""

    @pytest.fixture
    def workshop(self):
        return workshop_with_texts()

    @pytest.fixture
    def back(self, client, workshop) -> str:
        register = reverse("registration:register", args=[workshop.slug])
        told = answers(workshop, email="wrong@example.org", dietary="No nuts, please")
        return client.post(register, told, follow=True).context["form_again"]

    def test_is_filled_in_again_without_needs_and_agreements(self, client, workshop, back):
        form = client.get(back).context["form"]

        shown = {field.name: field.value() for field in form}
        assert shown["badge_name"] == "Ada Example"
        assert shown["email"] == "wrong@example.org"
        assert shown["days"] == [day.isoformat() for day in workshop.dates[:2]]
        assert not shown["dietary"]
        assert "No nuts" not in str(dict(client.session))

    def test_is_empty_for_whoever_opens_it_otherwise(self, client, workshop, back):
        assert client.get(back.partition("?")[0]).context["form"]["badge_name"].value() is None

    def test_is_empty_after_an_hour(self, client, back):
        with travel(timezone.now() + timedelta(minutes=61)):
            assert client.get(back).context["form"]["badge_name"].value() is None
