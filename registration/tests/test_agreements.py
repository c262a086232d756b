"""A consent is to the wording that was read, also where it was changed in the meantime."""

import re

import pytest

from foundation.series.models import TextVersion, Workshop
from registration.links import invitation_path
from registration.models import Submission
from registration.tests.factories import InvitationFactory
from registration.tests.forms import address, answers, proved, workshop_with_texts

AGAIN = "This text has changed since you opened the form"


@pytest.fixture
def workshop(db):
    return workshop_with_texts()


def send(client, workshop, **changes):
    return client.post(address("register", workshop), answers(workshop, **changes))


def agreed() -> set[str]:
    return {each.version.text for each in proved().consents.all()}


def test_form_with_an_older_text_comes_back_with_the_new_one_unticked(client, workshop):
    read = answers(workshop)
    workshop.code_of_conduct = "Be *kinder*."
    workshop.save()

    page = client.post(address("register", workshop), read).content.decode()

    assert page.count(AGAIN) == 2  # in the summary and beside the box
    assert "Be <em>kinder</em>." in page
    assert not re.search(r'name="agrees_to_conduct"[^>]*checked', page)
    assert re.search(r'name="agrees_to_data_use"[^>]*checked', page)
    assert 'value="Ada Example"' in page
    assert not Submission.objects.exists()

    send(client, workshop)
    assert agreed() == {"Be *kinder*.", "Used for this alone."}


@pytest.mark.parametrize("named", ["on", "0", "\x07"])
def test_tick_that_does_not_name_the_text_shown_is_no_agreement(client, workshop, named):
    page = send(client, workshop, agrees_to_conduct=named)

    assert page.status_code == 200
    assert not Submission.objects.exists()


def test_invitation_asks_again_too(client, workshop):
    path = invitation_path(InvitationFactory(workshop=workshop))

    page = client.post(path, answers(workshop, agrees_to_data_use="of another text"))

    assert AGAIN in page.content.decode()
    assert client.post(path, answers(workshop)).status_code == 302


def test_nothing_is_asked_for_where_there_is_no_text(client, workshop):
    bare = workshop_with_texts(code_of_conduct="", data_notice="")

    sent = send(client, bare, agrees_to_conduct=None, agrees_to_data_use=None)

    assert sent.status_code == 302


def test_what_was_agreed_to_stays_readable_as_it_was(client, workshop):
    send(client, workshop)
    person = proved()
    workshop.code_of_conduct = "Be *kinder*."
    workshop.save()
    client.force_login(person.user)

    page = client.get(address("workshop:me", workshop)).content.decode()
    data = client.get(address("workshop:my_data", workshop)).content.decode()

    assert "Be <em>kind</em>." in page
    assert "Be *kind*." in data
    assert "kinder" not in page + data


def test_text_is_a_version_by_being_saved_and_once_only(workshop):
    workshop.code_of_conduct = "Be *kinder*."
    workshop.save()
    workshop.code_of_conduct = "Be *kind*."
    workshop.save()

    kept = TextVersion.objects.filter(workshop=workshop, kind="code-of-conduct")

    assert [each.text for each in kept] == ["Be *kind*.", "Be *kinder*."]


def test_changed_data_notice_is_asked_for_anew_and_the_old_one_stays_on_record(client, workshop):
    read = answers(workshop)
    send(client, workshop)
    first = proved()
    workshop.data_notice = "Used for this and a report."
    workshop.save()

    page = client.post(address("register", workshop), read | {"email": "b@example.org"})

    html = page.content.decode()
    assert "Used for this and a report." in html
    assert not re.search(r'name="agrees_to_data_use"[^>]*checked', html)
    texts = {each.version.text for each in first.consents.all()}
    assert texts == {"Be *kind*.", "Used for this alone."}


def test_text_that_came_past_saving_is_a_version_once_it_is_shown(client, workshop):
    Workshop.objects.filter(pk=workshop.pk).update(code_of_conduct="Be quiet.")
    workshop.refresh_from_db()

    send(client, workshop)

    assert "Be quiet." in agreed()
