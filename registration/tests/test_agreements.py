"""A consent is to the text that was read, also where it was changed in the meantime."""

import re

import pytest

from registration.links import invitation_path
from registration.models import Participant
from registration.tests.factories import InvitationFactory
from registration.tests.forms import address, answers, workshop_with_texts

AGAIN = "This text has changed since you opened the form"


@pytest.fixture
def workshop(db):
    return workshop_with_texts()


def send(client, workshop, **changes):
    return client.post(address("register", workshop), answers(workshop, **changes))


def test_form_with_older_texts_comes_back_with_the_new_ones_unticked(client, workshop):
    read = answers(workshop)
    workshop.code_of_conduct, workshop.texts_version = "Be *kinder*.", "2"
    workshop.save()

    page = client.post(address("register", workshop), read).content.decode()

    assert page.count(AGAIN) == 4
    assert "Be <em>kinder</em>." in page
    assert not re.search(r'name="agrees_to_[^>]*checked', page)
    assert 'name="texts_version" value="2"' in page
    assert 'value="Ada Example"' in page
    assert not Participant.objects.exists()

    send(client, workshop)
    assert {each.version for each in Participant.objects.get().consents.all()} == {"2"}


@pytest.mark.parametrize("named", [None, "", "\x00", "0", "1 "])
def test_form_that_does_not_name_the_version_shown_is_asked_again(client, workshop, named):
    page = send(client, workshop, texts_version=named, agrees_to_conduct=None)

    assert AGAIN in page.content.decode()
    assert not Participant.objects.exists()


def test_invitation_asks_again_too(client, workshop):
    path = invitation_path(InvitationFactory(workshop=workshop))

    page = client.post(path, answers(workshop, texts_version="0"))

    assert AGAIN in page.content.decode()
    assert client.post(path, answers(workshop)).status_code == 302


def test_version_is_not_asked_for_where_there_is_no_text(client, workshop):
    bare = workshop_with_texts(code_of_conduct="", data_notice="")

    assert send(client, bare, texts_version=None).status_code == 302
