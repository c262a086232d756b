"""The waiting list on a participant's own page: where they stand, and the buttons."""

import pytest

from foundation.accounts.tests.factories import UserFactory
from foundation.series.tests.factories import WorkshopFactory
from registration.actions import deciding, waiting
from registration.models import Status
from registration.tests.factories import ParticipantFactory
from registration.tests.lines import let_pass, line_of, states
from registration.waiting_list import entry_of

BUTTONS = ["offer/accept", "offer/decline", "waiting/join"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def seated():
    """Who has the one seat."""
    return ParticipantFactory(workshop=WorkshopFactory(seats=1))


@pytest.fixture
def line(seated):
    return line_of(seated.workshop)


@pytest.fixture
def offered(line, seated):
    """The one seat is free, and offered to the first of the line."""
    deciding.cancel(participant=seated, by=seated.user)
    return line


@pytest.fixture
def sees(client):
    """What somebody's own page says."""

    def sees(person) -> str:
        client.force_login(person.user)
        return " ".join(client.get(f"/{person.workshop.slug}/me/").content.decode().split())

    return sees


@pytest.fixture
def press(client):
    """The page that somebody sees after they pressed a button on it."""

    def press(person, button) -> str:
        client.force_login(person.user)
        address = f"/{person.workshop.slug}/me/{button}/"
        return client.post(address, follow=True).content.decode()

    return press


def test_says_the_position(sees, line):
    html = sees(line[2])

    assert "You are number 3 on the waiting list." in html
    assert "Take the seat" not in html


def test_says_until_when_the_seat_is_kept_by_the_workshops_clock(sees, offered):
    ends_at = entry_of(offered[0]).offer_ends_at.astimezone(offered[0].workshop.zone)

    html = sees(offered[0])

    assert f"A seat is free for you until {ends_at:%a} {ends_at.day} {ends_at:%b %Y, %H:%M}" in (
        html
    )
    assert "(Asia/Bangkok)" in html
    assert "Take the seat" in html
    assert "I can’t come" in html


@pytest.mark.parametrize("worker_came", [True, False])
def test_says_that_the_offer_ended_and_how_to_join_again(sees, offered, worker_came):
    let_pass(offered[0])
    if worker_came:
        waiting.move_up()

    html = sees(offered[0])

    assert "the offer ended before you took it" in html
    assert "Join the waiting list again" in html
    assert "Take the seat" not in html


def test_button_takes_the_seat(press, offered):
    html = press(offered[0], "offer/accept")

    offered[0].refresh_from_db()
    assert offered[0].status == Status.CONFIRMED
    assert "The seat is taken: the registration is confirmed." in html


def test_button_lets_the_seat_go(press, offered):
    press(offered[0], "offer/decline")

    offered[0].refresh_from_db()
    assert offered[0].status == Status.CANCELLED


def test_button_joins_again(press, offered):
    let_pass(offered[0])

    html = press(offered[0], "waiting/join")

    assert "You are number 2 on the waiting list." in html


def test_refusal_is_said_on_the_page(press, offered):
    html = press(offered[1], "offer/accept")

    assert "No seat is offered to you at the moment." in html


@pytest.mark.parametrize("button", BUTTONS)
def test_scanner_that_opens_links_changes_nothing(client, offered, button):
    address = f"/{offered[0].workshop.slug}/me/{button}/"
    as_nobody = client.post(address)
    client.force_login(offered[0].user)

    opened = client.get(address)

    assert opened.status_code == 405
    assert "/accounts/login/" in as_nobody.url
    assert states(offered) == ["offered", "waiting", "waiting"]


@pytest.mark.parametrize("button", BUTTONS)
def test_button_answers_whoever_is_not_registered(client, button):
    workshop = WorkshopFactory()
    client.force_login(UserFactory())

    response = client.post(f"/{workshop.slug}/me/{button}/", follow=True)

    assert "You are not registered for this workshop." in response.content.decode()
