"""Who is not coming, or not yet, is told what is true for them on every page of a participant's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.models import Session
from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.series.tests.factories import moment
from registration.actions import deciding
from registration.models import Status
from registration.status_labels import PUBLIC_ONLY, SEAT_OFFERED, STATUS_LABELS
from registration.tests.factories import AffiliationFactory, ParticipantFactory
from registration.tests.forms import workshop_with_texts
from registration.tests.lines import let_pass, line_of
from worldcafe.tests.factories import CafeFactory, TableFactory

pytestmark = pytest.mark.django_db

NOT_COMING = [Status.PENDING, Status.WAITING, Status.DECLINED, Status.CANCELLED]
# What is true of nobody who has no seat, nor of anybody who is registered.
UNTRUE = [
    "You are confirmed",
    "Join this session",
    "Leave this session",
    "Reserve this table",
    "To present, choose a free table",
    "You are not registered",
    "Sign in to reserve",
    "Sign in to see whether",
    "You hold table",
]
TABLES = "Tables are for participants whose registration is confirmed. Yours is not."
CONFIRMED_ONLY = "This is for participants whose registration is confirmed."


@pytest.fixture
def workshop():
    made = workshop_with_texts(seats=1)
    cafe = CafeFactory(session__workshop=made, session__slug="cafe")
    TableFactory(cafe=cafe, number=1)
    at = {"starts_at": moment(made, hour=14), "ends_at": moment(made, hour=15)}
    SessionFactory(workshop=made, slug="open", seats=5)
    locked = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.LOCKED}
    SessionFactory(
        workshop=made, slug="locked", admits=[AffiliationFactory(workshop=made)], **locked, **at
    )
    return made


@pytest.fixture
def read(client, workshop):
    """What a page says to somebody."""

    def read(path, follow=True) -> str:
        answer = client.get(f"/{workshop.slug}/{path}", follow=follow)
        assert answer.status_code == 200, path
        return " ".join(answer.content.decode().replace("&#x27;", "'").split())

    return read


def somebody(workshop, status):
    if status != Status.WAITING:
        return ParticipantFactory(workshop=workshop, status=status)
    ParticipantFactory(workshop=workshop)  # has the one seat
    return line_of(workshop)[0]


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
@pytest.mark.parametrize("status", NOT_COMING)
def test_every_page_tells_the_truth(client, workshop, read, status, is_open):
    client.force_login(somebody(workshop, status).user)
    if not is_open:
        workshop.registration_closes_at = timezone.now() - timedelta(hours=2)
        workshop.save()
    why, label = str(PUBLIC_ONLY[status]), str(STATUS_LABELS[status].label)
    may_register = is_open and status == Status.CANCELLED
    form = "Send registration" if may_register else "Registration is not open"

    pages = {
        "": "Your registration, your agenda and your data.",
        "me/": label,
        "agenda/": why,
        "agenda/open/": CONFIRMED_ONLY,
        "agenda/locked/": why,
        "world-cafe/": TABLES,
        "world-cafe/cafe/1/": TABLES,
        "register/": form if status == Status.CANCELLED else label,
        "people/": "You look after nobody at this workshop.",
    }
    said = {path: read(path) for path in pages}

    for path, told in pages.items():
        assert told in said[path], path
        assert [words for words in UNTRUE if words in said[path]] == [], path
    again = [path for path, html in said.items() if "egister again" in html]
    assert again == (["me/"] if may_register else [])
    assert ("Cancel my registration" in said["me/"]) == (status != Status.CANCELLED)


@pytest.mark.parametrize("status", NOT_COMING)
def test_the_contact_reads_the_same_of_those_they_look_after(client, workshop, read, status):
    person = somebody(workshop, status)
    contact = ParticipantFactory(workshop=workshop, status=Status.PENDING)
    person.contact = contact.user
    person.save()
    client.force_login(contact.user)

    for path in ("people/", f"people/{person.public_id}/"):
        assert str(STATUS_LABELS[status].label) in read(path)


def test_the_contact_reads_of_a_seat_that_is_offered_and_of_an_offer_that_ended(
    client, workshop, read
):
    seated, contact = ParticipantFactory(workshop=workshop), UserFactory()
    first, second = line_of(workshop, 2)
    for person in (first, second):
        person.contact = contact
        person.save()
    client.force_login(contact)
    deciding.cancel(participant=seated, by=None)

    offered = read("people/")
    let_pass(first)
    ended = read("people/")

    assert offered.count(str(SEAT_OFFERED.label)) == 1
    assert offered.count(str(STATUS_LABELS[Status.WAITING].label)) == 1
    assert ended.count(str(SEAT_OFFERED.label)) == 0


def test_nobody_is_led_to_a_form_that_is_closed(client, workshop, read):
    workshop.registration_closes_at = timezone.now() - timedelta(hours=2)
    workshop.save()
    client.force_login(UserFactory())

    html = read("me/")

    assert "Registration is not open." in html
    assert f'href="/{workshop.slug}/register/"' not in html
