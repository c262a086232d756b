"""The history tells the truth: what was changed, once, and nothing that was not."""

import pytest
from django.urls import reverse

from agenda.models import Session
from agenda.tests.factories import SessionFactory
from foundation.series.models import Workshop
from foundation.series.tests.factories import RoleFactory
from registration.actions import deciding
from registration.models import Participant
from registration.tests.factories import (
    AffiliationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from workshop.tests.filled import filled

pytestmark = pytest.mark.django_db


def address(row, page="change") -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_{page}", args=[row.pk])


@pytest.fixture
def session():
    session = SessionFactory(abstract="One\nTwo", access="restricted")
    affiliations = AffiliationFactory.create_batch(2, workshop=session.workshop)
    session.affiliations.set(affiliations[:1])
    return session


@pytest.fixture
def organiser(enter, session):
    return enter(RoleFactory(workshop=session.workshop).user)


def send(organiser, row, **changes) -> int:
    """Save the page of a row with `changes`; return how many rows its history has gained."""
    before = row.history.count()
    answer = organiser.post(address(row), filled(organiser.get(address(row))) | changes)
    assert answer.status_code == 302
    return row.history.count() - before


def test_press_that_changes_nothing_leaves_no_row(organiser, session):
    assert send(organiser, session) == 0
    assert send(organiser, session.workshop) == 0
    assert send(organiser, ParticipantFactory(workshop=session.workshop)) == 0


def test_line_ends_of_a_browser_leave_no_row(organiser, session):
    assert send(organiser, session, abstract="One\r\nTwo") == 0


def test_press_that_changes_text_and_choices_of_several_leaves_one_row(organiser, session):
    other = session.workshop.affiliations.exclude(admitted_to=session).get()
    invited = ParticipantFactory(workshop=session.workshop)

    made = send(organiser, session, title="New", affiliations=[other.pk], invitees=[invited.pk])

    newest = session.history.first()
    assert made == 1
    assert newest.title == "New"
    assert [each.affiliation for each in newest.affiliations.all()] == [other]
    assert [each.participant for each in newest.invitees.all()] == [invited]


def test_press_on_a_button_after_typing_leaves_one_row(organiser, session):
    person = ParticipantFactory(workshop=session.workshop, status="pending")

    made = send(organiser, person, job_title="Director", _move="confirm")

    assert made == 1
    newest = person.history.first()
    assert (newest.job_title, newest.status) == ("Director", "confirmed")


def test_save_outside_a_page_that_changes_nothing_leaves_no_row(session):
    for model in (Session, Workshop):
        row = model.objects.get()
        before = row.history.count()
        row.save()
        assert row.history.count() == before


def test_two_saves_outside_a_page_are_two_rows():
    person = ParticipantFactory()
    for title in ("One", "Two"):
        Participant.objects.get(pk=person.pk)
        person.job_title = title
        person.save()

    assert [row.job_title for row in person.history.all()][:2] == ["Two", "One"]


def test_affiliations_given_and_taken_back_are_told_in_words(organiser, session):
    organisation = OrganisationFactory(workshop=session.workshop)
    person = ParticipantFactory(workshop=session.workshop, organisation=organisation)
    colleague = RoleFactory(workshop=session.workshop).user
    member = AffiliationFactory(workshop=session.workshop, name="ECPAT member")
    claim = deciding.grant(participant=person, affiliation=member, by=colleague)
    claim = deciding.unverify(claim=claim, by=colleague)
    claim.delete()

    page = organiser.get(address(person, "history")).content.decode()

    told = ["“ECPAT member” no longer claimed", "“ECPAT member” no longer verified"]
    assert all(sentence in page for sentence in told)
    assert page.index(told[0]) < page.index(told[1]) < page.index("“ECPAT member” verified")
    assert f"({colleague})" in page
