"""No old page undoes work: the forms of participants, their contacts and hosts."""

import pytest
from django.urls import reverse

from agenda import actions
from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.series.tests.factories import RoleFactory
from registration.actions import deciding
from registration.models import Participant
from registration.tests.factories import (
    AffiliationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from worldcafe import actions as cafe_actions
from worldcafe.models import Reservation
from worldcafe.tests.factories import ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db


def typed_into(form, **changes) -> dict:
    """What the page of a form sends, once `changes` were typed."""
    data = {field.html_name: field.value() for field in form}
    return {name: value for name, value in (data | changes).items() if value not in (None, False)}


class TestChangeOfARegistration:
    @pytest.fixture
    def person(self):
        organisation = OrganisationFactory()
        person = ParticipantFactory(
            workshop=organisation.workshop, organisation=organisation, contact=UserFactory()
        )
        person.attendances.create(on=person.workshop.starts_on)
        return person

    @pytest.fixture
    def own(self, person):
        return reverse("registration:change", args=[person.workshop.slug])

    def open(self, client, user, address):
        client.force_login(user)
        return client.get(address).context["form"]

    def elsewhere(self, person, **changes):
        fresh = Participant.objects.get(pk=person.pk)
        for name, value in changes.items():
            setattr(fresh, name, value)
        fresh.save()

    def test_saves_what_was_changed_and_keeps_what_the_contact_did(self, client, person, own):
        form = self.open(client, person.user, own)
        self.elsewhere(person, country="TH")

        client.post(own, typed_into(form, job_title="Director"))

        person.refresh_from_db()
        assert (person.job_title, person.country) == ("Director", "TH")

    def test_of_what_somebody_else_changed_too_asks_for_a_second_press(self, client, person, own):
        form = self.open(client, person.user, own)
        self.elsewhere(person, job_title="Their title")

        first = client.post(own, typed_into(form, job_title="My title"))
        person.refresh_from_db()
        kept = person.job_title
        client.post(own, typed_into(first.context["form"]))

        text = first.content.decode()
        assert "It says now: “Their title”." in text
        assert 'value="My title"' in text
        assert kept == "Their title"
        person.refresh_from_db()
        assert person.job_title == "My title"

    def test_by_the_contact_follows_the_same_rule(self, client, person):
        address = reverse(
            "registration:change_person", args=[person.workshop.slug, person.public_id]
        )
        form = self.open(client, person.contact, address)
        self.elsewhere(person, country="TH", job_title="Their title")

        first = client.post(address, typed_into(form, job_title="My title"))
        client.post(address, typed_into(first.context["form"]))

        person.refresh_from_db()
        assert first.context["form"].errors["job_title"]
        assert (person.job_title, person.country) == ("My title", "TH")

    def test_keeps_an_affiliation_given_meanwhile_and_the_seat_it_admits_to(
        self, client, person, own
    ):
        workshop = person.workshop
        given = AffiliationFactory(workshop=workshop)
        session = SessionFactory(workshop=workshop, access="restricted", admits=[given], seats=5)
        form = self.open(client, person.user, own)
        organiser = RoleFactory(workshop=workshop).user
        deciding.grant(participant=person, affiliation=given, by=organiser)
        actions.sign_up(session=session, participant=person)

        client.post(own, typed_into(form, job_title="Director"))

        assert person.participant_affiliations.verified().get().affiliation == given
        assert session.sign_ups.get().participant == person

    def test_that_is_refused_keeps_what_was_typed(self, client, person, own):
        form = self.open(client, person.user, own)
        full = OrganisationFactory(workshop=person.workshop, seats=1)
        ParticipantFactory(workshop=person.workshop, organisation=full)

        answer = client.post(own, typed_into(form, organisation=full.pk, job_title="Kept"))

        assert 'value="Kept"' in answer.content.decode()
        assert answer.context["form"].errors["organisation"]


class TestTextOfAHost:
    @pytest.fixture
    def held(self):
        return ReservationFactory(practice="Before", summary="Summary\nof two lines")

    @pytest.fixture
    def form(self, client, held):
        client.force_login(held.host.user)
        return client.get(held.table.get_absolute_url()).context["change_form"]

    def change_of(self, held) -> str:
        session = held.table.cafe.session
        return reverse(
            "worldcafe:change", args=[session.workshop.slug, session.slug, held.table.number]
        )

    def elsewhere(self, held, **texts):
        now = Reservation.objects.get(pk=held.pk)
        kept = {name: getattr(now, name) for name in ("practice", "country", "summary", "brings")}
        cafe_actions.change(reservation=now, **(kept | texts))

    def test_keeps_what_an_organiser_corrected(self, client, held, form):
        self.elsewhere(held, practice="Corrected")

        client.post(self.change_of(held), typed_into(form, brings="A film"))

        held.refresh_from_db()
        assert (held.practice, held.brings) == ("Corrected", "A film")

    def test_that_both_changed_asks_for_a_second_press(self, client, held, form):
        self.elsewhere(held, practice="Corrected")

        first = client.post(self.change_of(held), typed_into(form, practice="Mine"))
        held.refresh_from_db()
        kept = held.practice
        client.post(self.change_of(held), typed_into(first.context["change_form"]))

        assert "It says now: “Corrected”." in first.content.decode()
        assert kept == "Corrected"
        held.refresh_from_db()
        assert held.practice == "Mine"

    def test_follows_a_table_that_an_organiser_moved(self, client, held, form):
        before = self.change_of(held)
        other = TableFactory(cafe=held.table.cafe)
        cafe_actions.move(reservation=held, table=other, by_organiser=True)

        answer = client.post(before, typed_into(form, practice="Mine"))

        held.refresh_from_db()
        assert answer.url == other.get_absolute_url()
        assert (held.practice, held.table) == ("Mine", other)

    def test_for_a_table_that_was_released_is_kept_for_another(self, client, held, form):
        TableFactory(cafe=held.table.cafe)
        cafe_actions.release(reservation=held, by_organiser=True)

        answer = client.post(self.change_of(held), typed_into(form, practice="Kept"))

        text = answer.content.decode()
        assert "was released in the meantime" in text
        assert 'value="Kept"' in text
