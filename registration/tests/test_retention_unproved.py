"""What nobody proved to be theirs is erased, and nothing else."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.tests.factories import UserFactory
from foundation.core.tests.at_once import THREADS, at_once
from foundation.mail.models import Message
from foundation.series.models import AccessRecord
from foundation.series.tests.factories import RoleFactory
from registration.actions import deciding, registering
from registration.forms import RegistrationForm
from registration.models import Participant, ParticipantAffiliation, Status, Submission
from registration.retention import clear_sessions, erase_unproved
from registration.tests.factories import (
    AffiliationFactory,
    ParticipantFactory,
    SubmissionFactory,
)
from registration.tests.forms import address, answers, proved, texts_of, workshop_with_texts

MARK = "Marked-text"
DAYS = timedelta(days=4, minutes=1)  # three that the link is good for, and one of grace


@pytest.fixture
def workshop(db):
    return workshop_with_texts()


def send(client, workshop, email=f"{MARK}@example.org", **changes):
    told = {"badge_name": MARK, "job_title": MARK, "dietary": MARK, "other_organisation": MARK}
    claimed = [each.pk for each in workshop.affiliations.all()]
    told |= {"email": email, "affiliations": claimed}
    return client.post(address("register", workshop), answers(workshop, **told | changes))


def erase_after(days) -> bool:
    with time_machine.travel(timezone.now() + days, tick=False):
        return erase_unproved()


def tables_with(text) -> set[str]:
    """Every table of the database that holds `text` in some row."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT 1 FROM "{table}" AS each WHERE each::text ILIKE %s LIMIT 1',
                [f"%{text}%"],
            )
            if cursor.fetchone():
                found.add(table)
    return found


def test_unproved_form_leaves_nothing_anywhere(client, workshop):
    AffiliationFactory(workshop=workshop)
    send(client, workshop)
    assert {"registration_submission", "accounts_user"} <= tables_with(MARK)

    assert erase_after(DAYS)

    assert tables_with(MARK) == set()
    assert not Participant.history.exists()
    assert not ParticipantAffiliation.history.exists()
    assert not Message.objects.exists()
    record = AccessRecord.objects.get()
    assert (record.workshop, record.about) == (workshop, "forms: 1")


def test_link_that_is_good_still_is_waited_for(client, workshop):
    send(client, workshop)

    assert not erase_after(timedelta(days=3, hours=23))

    assert Submission.objects.exists()
    assert not AccessRecord.objects.exists()


def test_form_sent_again_waits_for_its_own_time(client, workshop):
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        send(client, workshop)
    send(client, workshop)
    latest = Submission.objects.latest("pk")

    assert erase_after(timedelta(days=2))

    assert Submission.objects.get() == latest


@pytest.mark.parametrize("status", Status)
def test_every_registration_stays(workshop, status):
    ParticipantFactory(workshop=workshop, status=status)

    assert not erase_after(timedelta(days=400))

    assert Participant.objects.exists()


def test_proved_just_before_stays(client, workshop):
    send(client, workshop)
    person = proved()

    assert not erase_after(DAYS)

    assert Participant.objects.get() == person
    assert Submission.objects.get().participant == person


def test_form_that_lost_is_erased_too_and_says_nothing_until_then(client, workshop):
    send(client, workshop, job_title="Lost-text")
    send(client, workshop)
    proved()
    assert tables_with("Lost-text") == set()

    assert not erase_after(DAYS)

    assert Submission.objects.get().participant


class TestContact:
    def send(self, client, workshop):
        told = {"contact_email": "new@example.org", "own_email": "own@example.org", "email": None}
        client.post(address("register_other", workshop), answers(workshop, **told))

    def test_who_registered_somebody_and_used_no_link_is_erased(self, client, workshop):
        self.send(client, workshop)

        assert erase_after(DAYS)

        assert tables_with("new@example.org") == tables_with("own@example.org") == set()
        assert not User.objects.exists()

    def test_who_looks_after_others_stays(self, client, workshop):
        contact = UserFactory(email="new@example.org")
        other = ParticipantFactory(workshop=workshop, user=None, contact=contact)
        self.send(client, workshop)

        assert erase_after(DAYS)

        assert Participant.objects.get() == other
        assert tables_with("own@example.org") == set()


class TestUser:
    def test_of_another_workshop_stays_with_all_they_have_there(self, client, workshop):
        elsewhere = ParticipantFactory()
        send(client, workshop, elsewhere.user.email)

        erase_after(DAYS)

        assert Participant.objects.get() == elsewhere
        assert elsewhere.history.exists()

    def test_with_a_duty_stays(self, client, workshop):
        staff, helper = UserFactory(is_staff=True), RoleFactory().user
        for user in (staff, helper):
            send(client, workshop, user.email)

        erase_after(DAYS)

        assert not Submission.objects.exists()
        assert {staff, helper} <= set(User.objects.all())

    def test_with_nothing_else_goes_with_the_means_to_sign_in(self, client, workshop):
        send(client, workshop)
        EmailAddress.objects.create(user=User.objects.get(), email=f"{MARK}@example.org")

        erase_after(DAYS)

        assert not User.objects.exists()
        assert not EmailAddress.objects.exists()


def test_cancelled_registration_stays_as_it_is_whatever_was_sent(client, workshop):
    member = AffiliationFactory(workshop=workshop)
    person = ParticipantFactory(workshop=workshop, badge_name="Ada Example", verified=[member])
    deciding.cancel(participant=person, by=None)
    cancelled, past = Participant.objects.get(), person.history.count()

    send(client, workshop, person.user.email)
    assert erase_after(DAYS)

    person.refresh_from_db()
    assert (person.badge_name, person.status) == ("Ada Example", Status.CANCELLED)
    assert (person.status_at, person.history.count()) == (cancelled.status_at, past)
    assert person.participant_affiliations.get().verified_at
    assert tables_with(MARK) == set()
    assert [each.kind for each in Message.objects.all()] == ["registration/cancelled"]


def test_duty_stops_where_it_is_told_to(client, workshop):
    send(client, workshop)

    with time_machine.travel(timezone.now() + DAYS, tick=False):
        assert not erase_unproved(lambda: True)

    assert Submission.objects.exists()


def test_sessions_past_their_end_are_deleted(client, workshop):
    send(client, workshop)
    assert BrowserSession.objects.count() == 1

    clear_sessions()
    assert BrowserSession.objects.count() == 1

    BrowserSession.objects.update(expire_date=timezone.now())
    clear_sessions()
    assert not BrowserSession.objects.exists()


@pytest.fixture
def left_unproved(transactional_db):
    """A registration that is due to be erased, and the form that its sender fills in once more."""
    workshop = workshop_with_texts()
    then = timezone.now() - DAYS
    user = UserFactory(email="ada@example.org")
    SubmissionFactory(workshop=workshop, user=user, sent_at=then)
    form = RegistrationForm(answers(workshop), workshop=workshop)
    assert form.is_valid(), form.errors
    return form


def register_and_erase_at_once(form) -> list:
    def act(n):
        if n % 2:
            erase_unproved()
        else:
            registering.register(
                workshop=form.workshop,
                email="ada@example.org",
                details=form.details(),
                agreed_to=texts_of(form.workshop),
            )

    return at_once(act)


def test_who_registers_again_while_the_old_one_is_erased_is_registered(left_unproved):
    told = register_and_erase_at_once(left_unproved)

    assert told == [None] * THREADS
    assert proved().submitted_at > timezone.now() - timedelta(minutes=5)


def test_user_erased_in_between_is_made_anew(left_unproved, monkeypatch):
    get_or_create = User.objects.get_or_create
    erased = []

    def erase_first(**fields):
        found = get_or_create(**fields)
        if not erased:
            erased.append(erase_unproved())
        return found

    monkeypatch.setattr(User.objects, "get_or_create", erase_first)

    registering.register(
        workshop=left_unproved.workshop,
        email="ada@example.org",
        details=left_unproved.details(),
        agreed_to=texts_of(left_unproved.workshop),
    )

    assert erased == [True]
    assert proved().user.email == "ada@example.org"
