"""A contact: registers and looks after others, at `people/`, and sees no more of them than that."""

import re
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.test import Client
from django.utils import timezone

from agenda.models import Session
from agenda.tests.factories import SessionFactory
from foundation.accounts.models import User
from foundation.accounts.tests.factories import UserFactory
from foundation.core.refusals import Refused
from foundation.mail.kinds import KINDS
from foundation.mail.models import Message
from registration.actions import deciding, looking_after, registering
from registration.data_export import of
from registration.forms import RegistrationForOtherForm
from registration.links import verify_path
from registration.messages import Reader, readers_of
from registration.models import Participant, SensitiveDetails, Status, Submission
from registration.tests.factories import AffiliationFactory, ParticipantFactory
from registration.tests.forms import address, answers, is_void, proved, workshop_with_texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(db):
    return workshop_with_texts()


@pytest.fixture
def contact(db):
    return UserFactory(email="assistant@example.org")


@pytest.fixture
def assistant(contact):
    client = Client()
    client.force_login(contact)
    return client


@pytest.fixture
def person(workshop, contact):
    """A confirmed director without an address of their own."""
    made = ParticipantFactory(
        workshop=workshop,
        user=None,
        contact=contact,
        badge_name="Dara Example",
        other_organisation="Example House",
    )
    SensitiveDetails.objects.create(participant=made, dietary="No nuts")
    return made


def for_other(workshop, **changes) -> dict:
    return answers(workshop, email=None, **changes)


def page_of(name, person) -> str:
    return address(name, person.workshop, person.public_id)


def sent_to(email: str) -> list[str]:
    """The kinds of what was written to an address, in order."""
    kinds = Message.objects.filter(to=email).order_by("pk").values_list("kind", flat=True)
    return [kind.removeprefix("registration/") for kind in kinds]


def link_to(email: str) -> str:
    message = Message.objects.filter(to=email).order_by("-pk")[0].text
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", message)[1]


class TestPublicForm:
    def send(self, client, workshop, **changes):
        told = {"contact_email": "assistant@example.org"} | changes
        return client.post(address("register_other", workshop), for_other(workshop, **told))

    def test_link_goes_to_the_contact_and_proves_them(self, client, workshop):
        response = self.send(client, workshop, own_email="dara@example.org")

        assert response.url == address("sent", workshop)
        assert not Participant.objects.exists()
        assert sent_to("dara@example.org") == []

        client.post(link_to("assistant@example.org"))
        made = Participant.objects.get()
        assert (made.user, made.contact.email) == (None, "assistant@example.org")
        assert (made.status, made.status_by) == (Status.PENDING, made.contact)
        assert sent_to("assistant@example.org") == ["verify", "received"]
        assert sent_to("dara@example.org") == ["own_address"]
        assert not User.objects.filter(email="dara@example.org").exists()

    def test_asks_for_no_address_of_the_person(self, client, workshop):
        self.send(client, workshop)
        proved()

        assert Participant.objects.get().status == Status.PENDING
        assert Message.objects.exclude(to="assistant@example.org").count() == 0

    def test_sent_twice_is_one_registration(self, client, workshop):
        for name in ("Ada Example", "ada example", "Another Person"):
            self.send(client, workshop, badge_name=name)

        client.post(link_to("assistant@example.org"))  # of another person, whom it leaves alone
        first, second, _third = Submission.objects.all()
        client.post(verify_path(first))

        assert Participant.objects.count() == 2
        second.refresh_from_db()
        assert (second.answers, second.participant) == ({}, None)

    def test_several_people_of_one_contact_are_each_registered(self, client, workshop):
        for number in range(5):
            self.send(client, workshop, badge_name=f"Director {number}")

        assert Submission.objects.waiting().count() == 5

    def test_name_that_is_registered_stays_as_it_is_and_the_contact_is_told(
        self, client, workshop, person
    ):
        answer = self.send(client, workshop, badge_name="dara example", job_title="Changed")

        person.refresh_from_db()
        assert answer.url == address("sent", workshop)
        assert person.job_title == "Coordinator"
        assert sent_to("assistant@example.org") == ["already_registered"]

    def test_answer_does_not_tell_whether_a_contact_or_a_name_is_known(self, workshop, person):
        told = []
        for contact, name in (
            ("assistant@example.org", "Dara Example"),
            ("assistant@example.org", "Another Director"),
            ("unknown@example.org", "Dara Example"),
        ):
            client = Client()
            sent = self.send(client, workshop, contact_email=contact, badge_name=name)
            page = client.get(sent.url).content.decode().replace(contact, "@")
            text = re.sub(r'nonce="[^"]*"', "", page)
            told.append((sent.status_code, sent.url, sent.content, sorted(sent.headers), text))

        assert told[0] == told[1] == told[2]

    def test_own_address_is_not_the_contacts(self, client, workshop):
        page = self.send(client, workshop, own_email="Assistant@example.org")

        assert "This is the contact’s address." in page.content.decode()
        assert not Submission.objects.exists()

    def test_leads_who_is_signed_in_to_their_people(self, assistant, workshop):
        response = assistant.get(address("register_other", workshop))

        assert response.url == address("register_person", workshop)

    def test_form_for_oneself_names_the_way_to_it(self, client, workshop):
        page = client.get(address("register", workshop)).content.decode()

        assert address("register_other", workshop) in page
        assert "I register somebody else" in page


class TestRegistering:
    def test_signed_in_contact_needs_no_link(self, assistant, workshop, contact):
        response = assistant.post(address("register_person", workshop), for_other(workshop))

        made = Participant.objects.get()
        assert response.url == page_of("person", made)
        assert (made.status, made.status_by, made.contact) == (Status.PENDING, contact, contact)
        assert made.history.first().history_user == contact
        assert made.consents.count() == 2
        assert sent_to("assistant@example.org") == ["received"]

    def test_double_click_registers_once_and_is_no_mistake(self, assistant, workshop):
        member = AffiliationFactory(workshop=workshop)
        told = for_other(workshop, affiliations=[member.pk], dietary="No nuts")

        first, second = (assistant.post(address("register_person", workshop), told) for _n in "12")

        assert first.url == second.url == page_of("person", Participant.objects.get())
        assert sent_to("assistant@example.org") == ["received"]
        changed = assistant.post(address("register_person", workshop), told | {"country": "LA"})
        assert "You have registered Ada Example already." in changed.content.decode()

    def test_is_refused_beside_the_name_that_is_registered_already(
        self, assistant, workshop, person
    ):
        told = for_other(workshop, badge_name="Dara Example")

        page = assistant.post(address("register_person", workshop), told).content.decode()

        assert "You have registered Dara Example already." in page
        assert Participant.objects.count() == 1

    def test_person_cancelled_by_mistake_is_registered_again(self, assistant, workshop, person):
        assistant.post(page_of("cancel_person", person))

        told = for_other(workshop, badge_name="Dara Example")
        assistant.post(address("register_person", workshop), told)

        assert Participant.objects.get().status == Status.PENDING

    def test_is_closed_when_registration_is(self, assistant, workshop):
        workshop.registration_closes_at = timezone.now() - timedelta(hours=1)
        workshop.save()

        page = assistant.post(address("register_person", workshop), for_other(workshop))

        assert "Registration is not open" in page.content.decode()
        assert not Participant.objects.exists()


class TestPages:
    def test_contact_sees_those_they_look_after_and_nobody_else(self, assistant, workshop, person):
        other = ParticipantFactory(workshop=workshop, badge_name="Other Person")
        theirs = ParticipantFactory(
            workshop=workshop, user=None, contact=UserFactory(), badge_name="Other Director"
        )
        elsewhere = ParticipantFactory(user=None, contact=person.contact, badge_name="Elsewhere")

        html = assistant.get(address("people", workshop)).content.decode()

        assert "Dara Example" in html
        assert not re.search("Other Person|Other Director|Elsewhere", html)
        for each in (other, theirs, elsewhere):
            for name in ("person", "change_person", "cancel_person"):
                path = address(name, workshop, each.public_id)
                assert assistant.get(path).status_code == 404
                assert assistant.post(path).status_code == 404

    def test_page_says_what_the_contact_may_not_see(self, assistant, person):
        html = " ".join(assistant.get(page_of("person", person)).content.decode().split())

        assert "Sessions, and messages about them, are for <bdi>Dara Example</bdi> alone." in html
        assert "No nuts" in html

    @pytest.mark.parametrize("count", [1, 30])
    def test_list_takes_the_same_queries_for_few_and_many(
        self, assistant, workshop, contact, count, django_assert_num_queries
    ):
        ParticipantFactory.create_batch(count, workshop=workshop, user=None, contact=contact)

        with django_assert_num_queries(4):
            assistant.get(address("people", workshop))

    def test_contact_changes_details_and_cancels(self, assistant, workshop, person, contact):
        told = for_other(workshop, badge_name="Dara Example", dietary="Halal", job_title="Head")

        saved = assistant.post(page_of("change_person", person), told)
        person.refresh_from_db()
        assert saved.url == page_of("person", person)
        assert (person.job_title, person.sensitive_details.dietary) == ("Head", "Halal")

        assistant.post(page_of("cancel_person", person))
        person.refresh_from_db()
        assert (person.status, person.status_by) == (Status.CANCELLED, contact)
        assert sent_to("assistant@example.org") == ["cancelled"]

    def test_no_session_is_seen_by_looking_after_somebody(self, assistant, workshop, contact):
        member = AffiliationFactory(workshop=workshop)
        ParticipantFactory(workshop=workshop, user=None, contact=contact, verified=[member])
        session = SessionFactory(
            workshop=workshop,
            access=Session.Access.RESTRICTED,
            listing=Session.Listing.HIDDEN,
            admits=[member],
        )

        answer = assistant.get(session.get_absolute_url())
        page = assistant.get(address("workshop:me", workshop)).content.decode()

        assert answer.status_code == 404
        assert session.title not in page
        assert "People I look after" in page


class TestOwnAddress:
    def give(self, assistant, person, email="dara@example.org"):
        return assistant.post(page_of("person", person), {"email": email})

    def test_nothing_changes_until_its_owner_presses_the_button(self, assistant, client, person):
        self.give(assistant, person)

        person.refresh_from_db()
        assert (person.user, person.unproved_email) == (None, "dara@example.org")
        assert not User.objects.filter(email="dara@example.org").exists()
        client.get(link_to("dara@example.org"))
        person.refresh_from_db()
        assert person.user is None

        client.post(link_to("dara@example.org"))
        person.refresh_from_db()
        assert (person.user.email, person.unproved_email) == ("dara@example.org", "")
        assert person.contact.email == "assistant@example.org"
        assert person.status == Status.CONFIRMED

    def test_contact_still_looks_after_whoever_signs_in_themselves(
        self, assistant, workshop, person
    ):
        person.user = UserFactory(email="dara@example.org")
        person.save()

        page = assistant.get(page_of("person", person)).content.decode()
        again = self.give(assistant, person, "another@example.org")

        assert "dara@example.org" in page
        assert 'name="email"' not in page
        assert again.status_code == 302
        person.refresh_from_db()
        assert person.unproved_email == ""

    def test_newer_address_voids_the_link_to_the_older(self, assistant, client, person):
        self.give(assistant, person)
        first = link_to("dara@example.org")
        self.give(assistant, person, "dara.two@example.org")

        assert is_void(client.get(first))
        assert is_void(client.post(first))
        assert client.post(link_to("dara.two@example.org")).status_code == 302

    def test_answer_tells_the_contact_nothing_of_others(self, assistant, workshop, person):
        known = ParticipantFactory(workshop=workshop)

        answers = [
            self.give(assistant, person, email).url
            for email in (known.user.email, "new@example.org")
        ]
        pages = [assistant.get(answers[0]).content.decode(), assistant.get(answers[1])]

        assert answers[0] == answers[1]
        assert known.badge_name not in pages[0]
        assert sent_to(known.user.email) == ["already_registered"]
        assert sent_to("new@example.org") == ["own_address"]

    def test_address_taken_meanwhile_is_refused_to_its_owner_alone(
        self, assistant, client, workshop, person
    ):
        self.give(assistant, person)
        ParticipantFactory(workshop=workshop, user__email="dara@example.org")

        page = client.post(link_to("dara@example.org")).content.decode()

        assert "This address can’t be used here. Write to the organisers." in page
        person.refresh_from_db()
        assert person.user is None

    def test_contacts_own_address_is_refused(self, assistant, person):
        page = self.give(assistant, person, "ASSISTANT@example.org").content.decode()

        assert "This is the contact’s address." in page
        person.unproved_email = person.contact.email
        person.save()
        with pytest.raises(Refused) as refused:
            looking_after.prove_own_address(participant=person)
        assert refused.value.code == "address-taken"

    def test_link_is_void_once_the_registration_is_cancelled(self, assistant, client, person):
        self.give(assistant, person)
        deciding.cancel(participant=person, by=None)

        page = client.post(link_to("dara@example.org")).content.decode()

        assert "This link has been used" in page
        person.refresh_from_db()
        assert person.user is None


class Told(NamedTuple):
    """What of a message says who reads it."""

    participant: Participant
    read_by: Reader


class TestMessages:
    @pytest.mark.parametrize(
        ("kind", "to"),
        [
            ("registration/received", ["own"]),
            ("registration/affiliation_verified", ["own"]),
            ("registration/confirmed", ["own", "contact"]),
            ("registration/waiting", ["own", "contact"]),
            ("registration/declined", ["own", "contact"]),
            ("registration/cancelled", ["own", "contact"]),
            ("worldcafe/reserved", ["own"]),
        ],
    )
    def test_go_to_the_person_and_decisions_to_both(self, person, kind, to):
        told = Told(participant=person, read_by=KINDS[kind].read_by)
        alone = readers_of(told)
        person.user = UserFactory(email="own@example.org")

        names = ["contact" if is_contact else "own" for _user, is_contact in readers_of(told)]

        assert names == to
        assert alone == ([] if kind.startswith("worldcafe/") else [(person.contact, True)])

    def test_decision_leads_each_reader_to_their_own_page(self, workshop, person, contact):
        person.user = UserFactory(email="dara@example.org")
        person.status = Status.PENDING
        person.save()

        deciding.confirm(participant=person, by=None)

        mine, theirs = (
            Message.objects.get(to=to).text for to in ("dara@example.org", contact.email)
        )
        assert address("workshop:me", workshop) in mine
        assert "look after" not in mine
        assert page_of("person", person) in theirs
        assert "You look after the registration of Dara Example." in theirs


class TestWithoutASignIn:
    def test_every_organisers_move_works(self, workshop, contact):
        for move in (deciding.confirm, deciding.put_on_waiting_list, deciding.decline):
            made = ParticipantFactory(
                workshop=workshop, user=None, contact=contact, status=Status.PENDING
            )
            move(participant=made, by=None)
            deciding.cancel(participant=made, by=None)

        assert sent_to(contact.email).count("cancelled") == 3

    def test_data_names_the_contact(self, person):
        told = of(person)

        assert (told["account"], told["contact"]) == (None, "assistant@example.org")

    def test_people_are_found_in_the_admin_by_their_contact(self, desk, bangkok):
        ParticipantFactory(
            workshop=bangkok,
            user=None,
            contact=UserFactory(email="office@example.org"),
            badge_name="Dara Example",
        )

        found = desk.get("/admin/registration/participant/?q=office").content.decode()

        assert "Dara Example" in found

    def test_registering_for_oneself_is_no_matter_of_the_contacts(self, workshop, contact, person):
        form = RegistrationForOtherForm(for_other(workshop), workshop=workshop)
        assert form.is_valid(), form.errors

        registering.register(
            workshop=workshop,
            email=contact.email,
            details=form.details(),
            agreed_to=form.agreed_to(),
        )

        assert proved().contact is None
        assert contact.looked_after.get() == person


class TestWaitingList:
    @pytest.fixture
    def offered(self, workshop, contact, person):
        """Somebody looked after who is offered the seat that `person` gives up."""
        workshop.seats = 1
        workshop.save()
        made = ParticipantFactory(
            workshop=workshop,
            user=None,
            contact=contact,
            status=Status.PENDING,
            badge_name="Next Example",
        )
        deciding.put_on_waiting_list(participant=made, by=None)
        deciding.cancel(participant=person, by=None)
        return made

    def test_offer_goes_to_the_contact_who_takes_it(self, assistant, offered, contact):
        page = assistant.get(page_of("person", offered)).content.decode()

        assert "seat_offered" in sent_to(contact.email)
        assert page_of("accept_offer_for", offered) in page
        answer = assistant.post(page_of("accept_offer_for", offered))
        offered.refresh_from_db()
        assert answer.url == page_of("person", offered)
        assert (offered.status, offered.status_by) == (Status.CONFIRMED, contact)

    def test_offer_of_somebody_else_is_not_found(self, client, offered):
        client.force_login(UserFactory())

        for name in ("accept_offer_for", "decline_offer_for", "join_waiting_list_for"):
            assert client.post(page_of(name, offered)).status_code == 404
