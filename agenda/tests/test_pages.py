"""The agenda's pages, as each kind of viewer gets them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda import actions
from agenda.models import Day, Session, SessionRole
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.models import Status
from registration.tests.factories import AffiliationFactory, ParticipantFactory

pytestmark = pytest.mark.django_db

LOCKED = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.LOCKED}
HIDDEN = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.HIDDEN}


@pytest.fixture
def workshop():
    return WorkshopFactory()


@pytest.fixture
def member(workshop):
    return AffiliationFactory(workshop=workshop, name="ECPAT member")


@pytest.fixture
def closed(workshop, member):
    """A locked and a hidden session for members, full of what nobody else may read."""
    people = ParticipantFactory(workshop=workshop, badge_name="Secret-person")
    made = []
    for n, listing in enumerate([LOCKED, HIDDEN]):
        session = SessionFactory(
            workshop=workshop,
            title=["Strategy", "Secret-title"][n],
            room=RoomFactory(workshop=workshop, name=f"Secret-room {n}"),
            abstract="Secret-text",
            seats=7,
            admits=[member],
            **listing,
        )
        SessionRole.objects.create(session=session, participant=people, role="speaker")
        made.append(session)
    return made


def agenda_of(workshop) -> str:
    return reverse("agenda:agenda", args=[workshop.slug])


def html_of(client, address, status=200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


# A NUL is refused before any page sees it: workshop/tests/inputs.
TYPED = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


class TestAgenda:
    def test_shows_an_open_session_to_everybody_in_the_workshops_zone(self, client):
        room = RoomFactory(name="Ballroom")
        session = SessionFactory(workshop=room.workshop, room=room, title="Opening words")

        html = html_of(client, agenda_of(session.workshop))

        assert "Opening words" in html
        assert "Ballroom" in html
        assert f'href="{session.get_absolute_url()}"' in html
        assert f'datetime="{session.workshop.starts_on}T09:00:00+07:00">09:00<' in html
        assert "Asia/Bangkok" in html

    def test_locks_and_leaves_out_what_admits_nobody(self, client, workshop, closed):
        html = html_of(client, agenda_of(workshop))

        assert "Strategy" in html
        assert "For: ECPAT member" in html
        assert "Secret-" not in html
        assert "seat" not in html

    def test_shows_a_member_what_the_affiliation_admits_to(self, client, workshop, member, closed):
        client.force_login(ParticipantFactory(workshop=workshop, verified=[member]).user)

        html = html_of(client, agenda_of(workshop))

        for mark in ("Strategy", "Secret-title", "Secret-room 0", "7 seats left"):
            assert mark in html
        assert "Locked." not in html

    @pytest.mark.parametrize("status", [s for s in Status if s != Status.CONFIRMED])
    def test_shows_the_unconfirmed_what_nobody_sees_and_says_why(
        self, client, workshop, member, closed, status
    ):
        person = ParticipantFactory(workshop=workshop, verified=[member], status=status)
        client.force_login(person.user)

        html = html_of(client, agenda_of(workshop))

        assert "Secret-" not in html
        assert "see the public agenda" in html

    def test_tells_a_stranger_how_to_register(self, client, workshop, closed):
        client.force_login(UserFactory())

        assert "You are not registered for this workshop" in html_of(client, agenda_of(workshop))

    def test_shows_one_day(self, client, workshop):
        SessionFactory(workshop=workshop, title="First-day")
        SessionFactory(workshop=workshop, title="Second-day", starts_at=moment(workshop, day=1))
        second = workshop.starts_on + timedelta(days=1)
        Day.objects.create(workshop=workshop, on=second, title="Sharing what works")

        html = html_of(client, f"{agenda_of(workshop)}?day={second}")

        assert "Second-day" in html
        assert "Sharing what works" in html
        assert "First-day" not in html
        assert "no such day" not in html

    @settings(
        deadline=None,
        max_examples=60,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(day=TYPED | st.dates().map(str) | st.sampled_from(["2024-W01-1", "0", "٢٠٢٤-٠٣-٠٥"]))
    def test_shows_all_days_for_a_day_it_does_not_have(self, client, day):
        session = SessionFactory(title="First-day")

        response = client.get(agenda_of(session.workshop), {"day": day})

        html = response.content.decode()
        assert response.status_code == 200
        assert "First-day" in html
        assert ("no such day" in html) == bool(day)

    def test_says_that_there_is_nothing_yet(self, client, workshop):
        assert "The programme is being put together" in html_of(client, agenda_of(workshop))

    def test_keeps_to_its_own_workshop(self, client, workshop):
        SessionFactory(title="Foreign-session")

        assert "Foreign-session" not in html_of(client, agenda_of(workshop))

    def test_puts_parallel_sessions_side_by_side(self, client, workshop):
        for starts, hours in [(9, 1), (9, 2), (10, 1), (14, 1)]:
            starts_at = moment(workshop, hour=starts)
            ends_at = starts_at + timedelta(hours=hours)
            SessionFactory(workshop=workshop, starts_at=starts_at, ends_at=ends_at)

        html = html_of(client, agenda_of(workshop))

        assert re.findall(r"columns-\d", html) == ["columns-2", "columns-1"]
        assert re.findall(r'"entry (c\d r\d s\d)"', html) == [
            "c1 r1 s1",
            "c2 r1 s2",
            "c1 r2 s1",
            "c1 r1 s1",
        ]

    def test_escapes_what_people_type(self, client):
        session = SessionFactory(title="<script>alert(1)</script>")

        for address in (agenda_of(session.workshop), session.get_absolute_url()):
            assert "<script>alert" not in html_of(client, address)


class TestSession:
    def test_open_to_everybody_without_its_people(self, client, workshop):
        session = SessionFactory(workshop=workshop, abstract="Some **bold** words")
        speaker = ParticipantFactory(workshop=workshop, badge_name="Speaker-name")
        SessionRole.objects.create(session=session, participant=speaker, role="speaker")

        html = html_of(client, session.get_absolute_url())

        assert "<strong>bold</strong>" in html
        assert "Speaker-name" not in html

    def test_people_are_told_to_participants_and_only_of_those_coming(self, client, workshop):
        session = SessionFactory(workshop=workshop)
        for name, status in [("Comes", Status.CONFIRMED), ("Cancelled-name", Status.CANCELLED)]:
            person = ParticipantFactory(workshop=workshop, badge_name=name, status=status)
            SessionRole.objects.create(session=session, participant=person, role="speaker")
        client.force_login(ParticipantFactory(workshop=workshop).user)

        html = html_of(client, session.get_absolute_url())

        assert "Comes" in html
        assert "Speaker" in html
        assert "Cancelled-name" not in html

    def test_locked_one_is_a_teaser_and_hidden_one_not_found(self, client, closed):
        for user in (None, ParticipantFactory(workshop=closed[0].workshop).user):
            if user:
                client.force_login(user)
            teaser = html_of(client, closed[0].get_absolute_url())
            missing = html_of(client, closed[1].get_absolute_url(), status=404)

            assert "Strategy" in teaser
            assert "For: ECPAT member" in teaser
            assert "Secret-" not in teaser + missing

    def test_member_reads_both_and_passes_from_one_to_the_other(
        self, client, workshop, member, closed
    ):
        client.force_login(ParticipantFactory(workshop=workshop, verified=[member]).user)
        closed[1].starts_at, closed[1].ends_at = (
            closed[0].ends_at,
            closed[0].ends_at + timedelta(hours=1),
        )
        closed[1].save()

        html = html_of(client, closed[0].get_absolute_url())

        assert "Secret-text" in html
        assert "Secret-person" in html
        assert f'href="{closed[1].get_absolute_url()}" rel="next"' in html

    def test_before_and_after_are_never_at_the_same_time(self, client, workshop):
        hours = [("early", 9, 10), ("here", 10, 11), ("same", 10, 11), ("long", 9, 12)]
        hours += [("overlaps", 10, 12), ("late", 12, 13), ("later", 13, 14)]
        for slug, starts, ends in hours:
            SessionFactory(
                workshop=workshop,
                slug=slug,
                starts_at=moment(workshop, hour=starts),
                ends_at=moment(workshop, hour=ends),
            )
        around = {}

        for slug, _starts, _ends in hours:
            html = html_of(client, f"/{workshop.slug}/agenda/{slug}/")
            around[slug] = re.findall(r'agenda/([a-z]+)/" rel="(\w+)"', html)

        assert around == {
            "early": [("here", "next")],
            "here": [("early", "prev"), ("late", "next")],
            "same": [("early", "prev"), ("late", "next")],
            "long": [("late", "next")],
            "overlaps": [("early", "prev"), ("late", "next")],
            "late": [("overlaps", "prev"), ("later", "next")],
            "later": [("late", "prev")],
        }

    def test_organiser_of_another_workshop_reads_what_nobody_does_not(self, client, closed):
        client.force_login(RoleFactory().user)

        html_of(client, closed[1].get_absolute_url(), status=404)

    def test_organiser_of_this_one_reads_all_with_a_second_factor(self, workshop, closed, enter):
        user = RoleFactory(workshop=workshop, duty=Duty.PROGRAMME).user
        by_app, by_code_alone = enter(user), Client()
        by_code_alone.force_login(user)

        assert "Secret-text" in html_of(by_app, closed[1].get_absolute_url())
        html_of(by_code_alone, closed[1].get_absolute_url(), status=404)

    def test_session_of_another_workshop_is_not_found(self, client, workshop):
        foreign = SessionFactory()

        address = reverse("agenda:session", args=[workshop.slug, foreign.slug])

        html_of(client, address, status=404)


def test_organiser_reads_on_the_agenda_which_sessions_are_closed_and_how(enter, workshop, closed):
    organiser = RoleFactory(workshop=workshop, duty=Duty.ORGANISER).user

    page = enter(organiser).get(agenda_of(workshop)).content.decode()

    assert "For: ECPAT member (locked for others)" in page
    assert "For: ECPAT member (hidden from others)" in page


def test_member_is_not_told_how_a_session_is_listed_to_others(client, workshop, member, closed):
    client.force_login(ParticipantFactory(workshop=workshop, verified=[member]).user)

    page = client.get(agenda_of(workshop)).content.decode()

    assert "Secret-title" in page
    assert "hidden from others" not in page


class TestQueries:
    """The same number for one session and for many."""

    def fill(self, workshop, member, number):
        for n in range(number):
            session = SessionFactory(
                workshop=workshop,
                admits=[member],
                room=RoomFactory(workshop=workshop),
                seats=3,
                starts_at=moment(workshop, day=n % 4, hour=9 + n % 8),
                **LOCKED,
            )
            person = ParticipantFactory(workshop=workshop, verified=[member])
            actions.sign_up(session=session, participant=person)
            SessionRole.objects.create(session=session, participant=person, role="speaker")
            SessionFactory(workshop=workshop, starts_at=session.starts_at)
        return session

    @pytest.mark.parametrize("is_member", [False, True])
    def test_agenda_and_session(
        self, client, workshop, member, is_member, django_assert_num_queries
    ):
        if is_member:
            client.force_login(ParticipantFactory(workshop=workshop, verified=[member]).user)

        for number in (1, 30):
            session = self.fill(workshop, member, number)
            with django_assert_num_queries(7 if is_member else 4):
                html_of(client, agenda_of(workshop))
            with django_assert_num_queries(10 if is_member else 4):
                html_of(client, session.get_absolute_url())
