"""Mailed links survive a change of a short name: old addresses lead on."""

import pytest
from django.urls import reverse

from agenda.tests.factories import SessionFactory
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration import links
from registration.tests.factories import InvitationFactory, ParticipantFactory, SubmissionFactory
from workshop.tests.filled import agreed, filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def renamed():
    workshop = WorkshopFactory(slug="bangkok")
    workshop.slug = "bangkok-2027"
    workshop.save()
    return workshop


def test_old_workshop_address_leads_to_the_same_page_with_its_query(client, renamed):
    answer = client.get("/bangkok/agenda/?day=2027-03-01")

    assert answer.status_code == 301
    assert answer["Location"] == "/bangkok-2027/agenda/?day=2027-03-01"


def test_mailed_links_lead_on(client, renamed):
    sent = links.verify_path(SubmissionFactory(workshop=renamed))
    invited = links.invitation_path(InvitationFactory(workshop=renamed))

    proving, inviting = (
        client.get(path.replace("/bangkok-2027/", "/bangkok/"), follow=True)
        for path in (sent, invited)
    )

    assert "Send to the organisers" in proving.content.decode()
    assert 'name="badge_name"' in inviting.content.decode()


def test_old_address_of_an_unpublished_workshop_and_a_form_lead_nowhere(client, renamed):
    form = client.post("/bangkok/register/", {})
    renamed.is_published = False
    renamed.save()

    assert form.status_code == 404
    assert client.get("/bangkok/").status_code == 404


def test_short_name_that_another_workshop_has_now_is_its_own(client, renamed):
    WorkshopFactory(slug="bangkok", title="The new one")

    assert "The new one" in client.get("/bangkok/").content.decode()


def test_old_session_address_leads_on_for_those_alone_to_whom_it_is_listed(client):
    session = SessionFactory(slug="opening")
    hidden = SessionFactory(
        workshop=session.workshop,
        slug="closed",
        access="restricted",
        starts_at=session.ends_at,
    )
    for each in (session, hidden):
        each.slug += "-now"
        each.save()

    def answer(slug):
        return client.get(reverse("agenda:session", args=[session.workshop.slug, slug]))

    assert answer("opening")["Location"].endswith("/opening-now/")
    assert answer("closed").status_code == 404
    person = ParticipantFactory(workshop=session.workshop)
    hidden.invitees.add(person)
    client.force_login(person.user)
    assert answer("closed")["Location"].endswith("/closed-now/")


def test_sessions_at_the_same_time_are_neither_before_nor_after(client):
    first = SessionFactory(title="First-one")
    workshop = first.workshop
    here = SessionFactory(workshop=workshop, starts_at=first.ends_at)
    SessionFactory(workshop=workshop, starts_at=first.ends_at, title="Parallel-one")
    SessionFactory(workshop=workshop, starts_at=here.ends_at, title="Last-one")

    page = client.get(here.get_absolute_url()).content.decode()

    assert "First-one" in page
    assert "Last-one" in page
    assert "Parallel-one" not in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("declined", "Your registration was declined"),
        ("cancelled", "Your registration is cancelled"),
        ("waiting", "You are on the waiting list"),
    ],
)
def test_agenda_and_own_page_tell_what_is_true_of_ones_status(client, status, words):
    person = ParticipantFactory(status=status)
    client.force_login(person.user)
    slug = person.workshop.slug

    pages = [client.get(f"/{slug}/agenda/"), client.get(f"/{slug}/me/")]

    for page in pages:
        assert words in page.content.decode()
        assert "once an organiser has confirmed" not in page.content.decode()


def test_fewer_seats_than_are_taken_are_said_first_and_take_nobodys(enter):
    person = ParticipantFactory()
    ParticipantFactory(workshop=person.workshop)
    workshop = person.workshop
    organiser = enter(RoleFactory(workshop=workshop).user)
    address = reverse("admin:series_workshop_change", args=[workshop.pk])
    form = filled(organiser.get(address)) | {"seats": 1}

    asked = organiser.post(address, form)
    workshop.refresh_from_db()
    before = workshop.seats
    agreed(organiser, asked)

    assert "2 seats are taken or offered, more than 1" in asked.content.decode()
    assert before is None
    workshop.refresh_from_db()
    assert workshop.seats == 1
    assert workshop.participants.confirmed().count() == 2
