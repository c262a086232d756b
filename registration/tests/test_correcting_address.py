"""An organiser corrects the address of a participant: the new one is proved, the old one told."""

import re

import pytest
from django.test import Client

from foundation.accounts.tests.factories import UserFactory
from foundation.mail.models import Message
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory
from registration.actions import deciding, proving
from registration.models import Participant, Status
from registration.tests.factories import TOLD, ParticipantFactory, SubmissionFactory
from registration.tests.forms import address, is_void, link_in
from registration.tests.staff import change_of, errors_of, filled

pytestmark = pytest.mark.django_db

NEW, OLD = "new@example.org", "old@example.org"


@pytest.fixture
def organiser(enter, bangkok):
    return enter(RoleFactory(workshop=bangkok, duty=Duty.ORGANISER).user)


@pytest.fixture
def person(bangkok):
    return ParticipantFactory(workshop=bangkok, user__email=OLD, badge_name="Dara Example")


def correct(desk, person, email=NEW):
    return desk.post(change_of(person), filled(desk, person, unproved_email=email))


def sent_to(email) -> list[str]:
    kinds = Message.objects.filter(to=email).order_by("pk").values_list("kind", flat=True)
    return [kind.removeprefix("registration/") for kind in kinds]


def test_old_address_stays_until_the_owner_of_the_new_one_presses_the_button(
    organiser, person, bangkok
):
    correct(organiser, person)
    path = link_in(Message.objects.get())

    page = Client().get(path).content.decode()
    person.refresh_from_db()
    assert person.user.email == OLD
    assert "The organisers have written down this e-mail" in page
    assert (sent_to(NEW), sent_to(OLD)) == (["own_address"], [])

    former = person.user
    Client().post(path)
    person.refresh_from_db()
    assert (person.user.email, person.unproved_email) == (NEW, "")
    assert sent_to(NEW) == ["own_address", "own_address_proved"]
    assert sent_to(OLD) == ["address_corrected"]
    assert NEW not in Message.objects.get(to=OLD).text
    again = Client().post(path).content.decode()
    assert "This address is confirmed" in again
    assert not re.search(f"{NEW}|Dara Example", again)
    client = Client()
    client.force_login(former)
    assert "Dara Example" not in client.get(address("workshop:me", bangkok)).content.decode()


def test_address_that_is_registered_already_is_told_to_its_owner_and_to_nobody_else(
    organiser, person, bangkok
):
    other = ParticipantFactory(workshop=bangkok, user__email=NEW)

    answer = correct(organiser, person)

    assert answer.status_code == 302
    assert sent_to(NEW) == ["already_registered"]
    person.refresh_from_db()
    assert (person.user.email, other.user.email) == (OLD, NEW)


def test_what_is_no_correction_is_refused_beside_the_field(organiser, person):
    person.contact = UserFactory(email="assistant@example.org")
    person.save()

    for typed in (OLD, "ASSISTANT@example.org", "no address"):
        assert "unproved_email" in errors_of(correct(organiser, person, typed))
    deciding.cancel(participant=person, by=None)
    assert "unproved_email" in errors_of(correct(organiser, person))
    assert sent_to(NEW) == []


def test_correction_taken_back_makes_the_link_void(organiser, person):
    correct(organiser, person)
    path = link_in(Message.objects.get())

    correct(organiser, person, "")

    assert is_void(Client().post(path))
    person.refresh_from_db()
    assert person.user.email == OLD


def test_contact_changes_nobodys_sign_in_by_registering_them_again(person, bangkok):
    contact = UserFactory(email="assistant@example.org")
    person.contact, person.status = contact, Status.CANCELLED
    person.save()
    told = TOLD | {"badge_name": person.badge_name}
    form = {"workshop": bangkok, "user": contact, "is_for_other": True, "answers": told}

    proving.prove(submission=SubmissionFactory(own_email=NEW, **form))

    person.refresh_from_db()
    assert (person.status, person.user.email, person.unproved_email) == (Status.PENDING, OLD, "")
    assert sent_to(NEW) == []


def test_desk_does_not_decide_who_gets_in_by_another_address(desk, person):
    desk.post(change_of(person), filled(desk, person) | {"unproved_email": NEW})

    assert Participant.objects.get().unproved_email == ""
    assert sent_to(NEW) == []
