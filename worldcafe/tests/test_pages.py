"""The café's pages, as each kind of viewer gets them, and what their buttons do."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from agenda.models import Session
from foundation.accounts.tests.entering import enter
from foundation.accounts.tests.factories import UserFactory
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.models import Status
from registration.tests.factories import AffiliationFactory, OrganisationFactory, ParticipantFactory
from worldcafe.models import Cafe, Reservation
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db

TEXTS = {"practice": "Puppets & peers", "country": "LA", "summary": "We <b>played</b>."}
LOCKED = {
    "session__access": Session.Access.RESTRICTED,
    "session__listing": Session.Listing.LOCKED,
    "session__title": "Secret-café",
}


@pytest.fixture
def workshop():
    return WorkshopFactory()


@pytest.fixture
def cafe(workshop):
    return CafeFactory(session__workshop=workshop, session__title="First café")


@pytest.fixture
def table(cafe):
    return TableFactory(cafe=cafe, number=5)


@pytest.fixture
def host(workshop):
    organisation = OrganisationFactory(workshop=workshop, name="Host-organisation")
    return ParticipantFactory(workshop=workshop, badge_name="Host-name", organisation=organisation)


@pytest.fixture
def held(table, host):
    return ReservationFactory(
        table=table, host=host, practice="Street theatre", brings="Brought-thing"
    )


@pytest.fixture
def presenter(client, workshop):
    """A confirmed participant, signed in."""
    person = ParticipantFactory(workshop=workshop, country="KH")
    client.force_login(person.user)
    return person


def cafes_of(workshop) -> str:
    return reverse("worldcafe:cafes", args=[workshop.slug])


def verb(name, table) -> str:
    session = table.cafe.session
    return reverse(f"worldcafe:{name}", args=[session.workshop.slug, session.slug, table.number])


def html_of(client, address, status=200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


class TestCafes:
    def test_show_every_table_on_the_plan_and_in_the_list(self, client, workshop, cafe, held):
        TableFactory(cafe=cafe, number=6, note="By the window")

        html = html_of(client, cafes_of(workshop))

        assert 'aria-label="Table 5, reserved: Street theatre"' in html
        assert 'aria-label="Table 6, free"' in html
        assert html.count(f'href="{held.table.get_absolute_url()}"') == 2
        assert "1 of 2 tables are free." in html
        assert "By the window" in html
        assert "Reservations are open until" in html
        assert "(Asia/Bangkok)" in html
        assert " style=" not in html

    def test_name_hosts_to_those_coming_and_to_organisers_alone(self, client, workshop, held):
        mine = ParticipantFactory(workshop=workshop)
        pending = ParticipantFactory(workshop=workshop, status=Status.PENDING)
        organiser = RoleFactory(workshop=workshop).user
        addresses = [cafes_of(workshop), held.table.get_absolute_url()]

        for user, is_told in [
            (None, False),
            (UserFactory(), False),
            (pending.user, False),
            (RoleFactory().user, False),
            (mine.user, True),
            (organiser, True),
        ]:
            if user:
                (enter if user.is_staff else Client.force_login)(client, user)
            for address in addresses:
                html = html_of(client, address)
                assert "Street theatre" in html
                assert ("Host-name" in html) == is_told
                assert ("Host-organisation" in html) == is_told
                assert "Brought-thing" not in html or is_told

    def test_mark_ones_own_table(self, client, workshop, held):
        client.force_login(held.host.user)

        html = html_of(client, cafes_of(workshop))

        assert 'aria-label="Table 5, yours: Street theatre"' in html
        assert "You hold table 5" in html

    def test_lock_and_leave_out_what_does_not_admit(self, client, workshop, host):
        room = {"session__workshop": workshop, **LOCKED}
        locked = CafeFactory(**room, introduction="Secret-text")
        hidden = CafeFactory(
            **room | {"session__listing": "hidden", "session__title": "Hidden-café"}
        )
        held = ReservationFactory(table__cafe=locked, practice="Secret-practice")
        ReservationFactory(table__cafe=hidden, practice="Secret-practice")
        client.force_login(host.user)

        html = html_of(client, cafes_of(workshop))
        teaser = client.get(held.table.get_absolute_url(), follow=True)
        no_table = client.get(f"{cafes_of(workshop)}{locked.session.slug}/999/", follow=True)

        assert "Secret-café" in html
        assert "By invitation only" in html
        assert f'href="{locked.session.get_absolute_url()}"' in html
        assert teaser.redirect_chain == no_table.redirect_chain
        assert "locked for you" in teaser.content.decode()
        for text in (html, teaser.content.decode()):
            assert "Secret-practice" not in text
            assert "Secret-text" not in text
            assert "Hidden-café" not in text
        html_of(client, hidden.tables.get().get_absolute_url(), status=404)

    def test_show_a_member_what_the_affiliation_admits_to(self, client, workshop):
        member = AffiliationFactory(workshop=workshop)
        cafe = CafeFactory(session__workshop=workshop, **LOCKED)
        cafe.session.affiliations.add(member)
        TableFactory(cafe=cafe, number=3)
        client.force_login(ParticipantFactory(workshop=workshop, verified=[member]).user)

        assert "Table 3, free" in html_of(client, cafes_of(workshop))

    def test_say_what_to_do_to_those_who_can_not_reserve(self, client, workshop, table):
        addresses = [cafes_of(workshop), table.get_absolute_url()]
        pending = ParticipantFactory(workshop=workshop, status=Status.PENDING).user
        login = f"{reverse('account_login')}?next="

        for user, said in [
            (None, "Sign in to reserve"),
            (UserFactory(), "You are not registered for this workshop"),
            (pending, "Tables are for participants whose registration is confirmed. Yours is not."),
        ]:
            if user:
                client.force_login(user)
            for address in addresses:
                html = html_of(client, address)
                assert said in html
                assert (f'{login}{address}"' in html) == (user is None)

    @pytest.mark.parametrize(
        ("opens", "closes", "said"),
        [(1, 2, "Reservations open on"), (-2, -1, "Reservations closed on")],
    )
    def test_say_when_reservations_open_and_that_they_closed(
        self, client, workshop, cafe, table, presenter, opens, closes, said
    ):
        now = timezone.now()
        Cafe.objects.update(
            reservations_open_at=now + timedelta(days=opens),
            reservations_close_at=now + timedelta(days=closes),
        )

        for address in (cafes_of(workshop), table.get_absolute_url()):
            html = html_of(client, address)
            assert said in html
            assert "<textarea" not in html

    def test_say_that_a_cafe_is_over(self, client, workshop, cafe, held):
        with travel(cafe.session.ends_at, tick=False):
            client.force_login(held.host.user)
            html = html_of(client, cafes_of(workshop))
            own = html_of(client, held.table.get_absolute_url())

        assert "This World Café is over." in html
        assert "Thank you for presenting." in own
        assert "<button" not in own.split("<main")[1]

    def test_are_friendly_where_there_is_nothing_yet(self, client, workshop):
        assert "There is no World Café yet" in html_of(client, cafes_of(workshop))

        CafeFactory(session__workshop=workshop)
        assert "The tables are still being set up" in html_of(client, cafes_of(workshop))

    def test_put_tables_without_places_of_their_own_in_rows(self, client, workshop, cafe):
        TableFactory.create_batch(6, cafe=cafe)

        html = html_of(client, cafes_of(workshop))

        drawn = re.findall(r'transform="translate\(([\d.]+) ([\d.]+)\)"', html)
        assert len(set(drawn)) == 6

    def test_keep_to_their_own_workshop(self, client, workshop, table):
        foreign = ReservationFactory(practice="Foreign-practice", table__number=77)

        assert "Foreign-practice" not in html_of(client, cafes_of(workshop))
        theirs = foreign.table.cafe.session.slug
        for address in (f"{theirs}/77/", f"{table.cafe.session.slug}/77/"):
            html_of(client, f"{cafes_of(workshop)}{address}", status=404)

    def test_escape_what_people_type(self, client, workshop, presenter, table):
        script = "<script>alert(1)</script>"
        ReservationFactory(
            table=table, practice=script, summary=script, brings=script, host__badge_name=script
        )

        for address in (cafes_of(workshop), table.get_absolute_url()):
            assert "<script>alert" not in html_of(client, address)


class TestReserve:
    def test_from_the_form_to_ones_own_table(self, client, presenter, table):
        page = html_of(client, table.get_absolute_url())
        done = client.post(verb("reserve", table), TEXTS, follow=True)

        assert '<option value="KH" selected>' in page
        assert done.redirect_chain == [(table.get_absolute_url(), 302)]
        html = done.content.decode()
        assert "Table 5 is yours" in html
        assert "We &lt;b&gt;played&lt;/b&gt;." in html
        assert Reservation.objects.get().host == presenter

    def test_keeps_what_was_typed_beside_a_mistake(self, client, presenter, table):
        response = client.post(verb("reserve", table), TEXTS | {"summary": " \x07\u200b "})

        html = response.content.decode()
        assert response.status_code == 200
        assert "Puppets &amp; peers" in html
        assert 'id="error_1_id_summary"' in html
        assert not Reservation.objects.exists()

    def test_of_a_table_just_taken_offers_the_others_with_the_text_kept(
        self, client, workshop, cafe, presenter, held
    ):
        other = TableFactory(cafe=cafe, number=6)
        closed = CafeFactory(
            session__workshop=workshop, reservations_close_at=timezone.now() - timedelta(hours=1)
        )
        unreachable = TableFactory(cafe=closed)

        taken = client.post(verb("reserve", held.table), TEXTS)
        html = taken.content.decode()
        choice = {"table": other.pk, **TEXTS}
        done = client.post(verb("reserve", held.table), choice, follow=True)

        assert taken.status_code == 409
        assert "Table 5 was just taken." in html
        assert "Puppets &amp; peers" in html
        assert f'<option value="{other.pk}">' in html
        for pk in (held.table.pk, unreachable.pk):
            assert f'<option value="{pk}">' not in html
        assert done.redirect_chain == [(other.get_absolute_url(), 302)]
        assert Reservation.objects.get(host=presenter).practice == "Puppets & peers"

    def test_of_a_chosen_table_taken_too_offers_the_rest(self, client, cafe, presenter, held):
        second = ReservationFactory(table__cafe=cafe).table
        third = TableFactory(cafe=cafe)

        response = client.post(verb("reserve", held.table), {"table": second.pk, **TEXTS})

        html = response.content.decode()
        assert "This table was just taken. Choose another." in html
        assert f'<option value="{third.pk}">' in html
        assert "Puppets &amp; peers" in html

    def test_with_no_table_left_keeps_the_text_and_says_so(self, client, presenter, held):
        response = client.post(verb("reserve", held.table), TEXTS)

        assert response.status_code == 409
        assert "No other table is free" in response.content.decode()
        assert "Puppets &amp; peers" in response.content.decode()

    def test_pressed_twice_is_no_mistake(self, client, presenter, table):
        client.post(verb("reserve", table), TEXTS)

        again = client.post(verb("reserve", table), TEXTS, follow=True)

        assert "This table is yours already." in again.content.decode()

    def test_with_a_table_already_names_it_and_offers_to_move(self, client, cafe, presenter):
        mine = ReservationFactory(host=presenter, table__cafe=cafe, table__number=2).table
        other = TableFactory(cafe=cafe, number=6)

        page = html_of(client, other.get_absolute_url())
        refused = client.post(verb("reserve", other), TEXTS)

        assert "Move your table here?" in page
        assert f'action="{verb("move", mine)}"' in page
        assert refused.status_code == 409
        html = refused.content.decode()
        assert "You hold a table already: Table 2, First café" in html
        assert f'href="{mine.get_absolute_url()}"' in html
        assert "Puppets &amp; peers" in html

    def test_by_somebody_not_confirmed_is_refused(self, client, workshop, table):
        pending = ParticipantFactory(workshop=workshop, status=Status.PENDING)
        client.force_login(pending.user)

        response = client.post(verb("reserve", table), TEXTS)

        assert response.status_code == 409
        assert not Reservation.objects.exists()


class TestOwnTable:
    @pytest.fixture
    def mine(self, presenter, table):
        return ReservationFactory(host=presenter, table=table, practice="As it was")

    def test_text_is_changed(self, client, mine):
        page = html_of(client, mine.table.get_absolute_url())
        done = client.post(verb("change", mine.table), TEXTS, follow=True)

        assert 'value="As it was"' in page
        assert "Your text is changed." in done.content.decode()
        mine.refresh_from_db()
        assert mine.practice == "Puppets & peers"

    def test_mistake_in_the_text_is_shown_with_the_form_open(self, client, mine):
        response = client.post(verb("change", mine.table), TEXTS | {"practice": "x" * 151})

        html = response.content.decode()
        assert "x" * 151 in html
        assert "<details open>" in html
        mine.refresh_from_db()
        assert mine.practice == "As it was"

    def test_moves_to_a_free_table_of_the_other_day(self, client, workshop, mine):
        day = moment(workshop, day=1)
        second = CafeFactory(session__workshop=workshop, session__starts_at=day)
        there = TableFactory(cafe=second, number=9)

        page = html_of(client, mine.table.get_absolute_url())
        done = client.post(verb("move", mine.table), {"table": there.pk}, follow=True)

        assert f'<option value="{there.pk}">' in page
        assert done.redirect_chain == [(there.get_absolute_url(), 302)]
        assert "You moved: Table 9 is yours now." in done.content.decode()

    def test_does_not_move_to_a_taken_or_foreign_table(self, client, cafe, mine):
        taken = ReservationFactory(table__cafe=cafe).table
        TableFactory(cafe=cafe)
        foreign = TableFactory()

        for table in (taken, foreign):
            response = client.post(verb("move", mine.table), {"table": table.pk})
            assert "This table was just taken" in response.content.decode()

        mine.refresh_from_db()
        assert mine.table != taken

    def test_is_released_after_a_question(self, client, workshop, mine):
        page = html_of(client, mine.table.get_absolute_url())
        done = client.post(verb("release", mine.table), follow=True)

        assert "Yes, release my table" in page
        assert done.redirect_chain == [(cafes_of(workshop), 302)]
        assert "Table 5 is free again" in done.content.decode()
        assert not Reservation.objects.active().exists()

    @pytest.mark.parametrize("name", ["change", "move", "release"])
    def test_of_somebody_else_is_left_alone(self, client, cafe, presenter, held, name):
        free = TableFactory(cafe=cafe)

        done = client.post(verb(name, held.table), TEXTS | {"table": free.pk}, follow=True)

        assert "You don’t hold Table 5" in done.content.decode()
        held.refresh_from_db()
        assert (held.practice, held.released_at) == ("Street theatre", None)
        assert held.table.number == 5

    @pytest.mark.parametrize("name", ["reserve", "change", "move", "release"])
    def test_verbs_are_post_only_for_people_signed_in_at_this_workshop(
        self, client, workshop, table, name
    ):
        assert reverse("account_login") in client.post(verb(name, table)).url

        client.force_login(UserFactory())
        assert client.get(verb(name, table)).status_code == 405
        stranger = client.post(verb(name, table), TEXTS)
        assert stranger.status_code in (302, 404)
        assert client.post(f"{cafes_of(workshop)}nothing/5/{name}/").status_code == 404
        assert not Reservation.objects.exists()


class TestQueries:
    """The same number for one table and for many."""

    def fill(self, workshop, number):
        cafes = list(Cafe.objects.all()) or [
            CafeFactory(session__workshop=workshop, session__starts_at=moment(workshop, day=n))
            for n in range(2)
        ]
        for n in range(number):
            table = TableFactory(cafe=cafes[n % 2])
            if n % 3 == 0:
                ReservationFactory(table=table)
        return table

    @pytest.mark.parametrize("who", ["nobody", "member", "holder"])
    def test_cafes_and_table(self, client, workshop, who, django_assert_num_queries):
        expected = {"nobody": (3, 4), "member": (6, 9), "holder": (6, 9)}[who]
        if who != "nobody":
            person = ParticipantFactory(workshop=workshop)
            client.force_login(person.user)

        for number in (2, 30):
            table = self.fill(workshop, number)
            if who == "holder":
                Reservation.objects.filter(host=person).delete()
                table = TableFactory(cafe=table.cafe)
                ReservationFactory(table=table, host=person)
            with django_assert_num_queries(expected[0]):
                html_of(client, cafes_of(workshop))
            with django_assert_num_queries(expected[1]):
                html_of(client, table.get_absolute_url())
