"""Each constraint of registration, broken."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.tests.factories import UserFactory
from foundation.series.tests.factories import TextVersionFactory
from registration.models import (
    Affiliation,
    Attendance,
    Consent,
    Invitation,
    Organisation,
    Participant,
    ParticipantAffiliation,
    Submission,
    WaitingListEntry,
)
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db

MODELS = [
    Affiliation,
    Attendance,
    ParticipantAffiliation,
    Consent,
    Invitation,
    Organisation,
    Participant,
    Submission,
    User,
    WaitingListEntry,
]


def user_email_spelt():
    User.objects.filter(pk=UserFactory().pk).update(email="Person@example.org")


def invitation_email_spelt():
    InvitationFactory(email="name@bücher.example")


def participant_unproved_email_spelt():
    ParticipantFactory(unproved_email='"x,y"@example.org')


def submission_own_email_spelt():
    SubmissionFactory(own_email="Own@example.org")


def submission_closed_keeps_no_answers():
    SubmissionFactory(closed_at=timezone.now())


def submission_closed_where_it_became_somebody():
    person = ParticipantFactory()
    SubmissionFactory(workshop=person.workshop, participant=person)


def affiliation_once_per_workshop():
    first = AffiliationFactory()
    AffiliationFactory(workshop=first.workshop, slug=first.slug)


def organisation_once_per_workshop():
    first = OrganisationFactory(name="Éveil International")
    OrganisationFactory(
        workshop=first.workshop, name="e\u0301VEIL  international", country=first.country
    )


def organisation_seats_positive():
    OrganisationFactory(seats=0)


def participant_once_per_user_and_workshop():
    first = ParticipantFactory()
    ParticipantFactory(workshop=first.workshop, user=first.user)


def participant_has_user_or_contact():
    ParticipantFactory(user=None, contact=None)


def participant_contact_is_another():
    person = ParticipantFactory()
    Participant.objects.filter(pk=person.pk).update(contact=person.user)


def participant_protected_has_alias():
    ParticipantFactory(is_protected=True)


def participant_status_known():
    ParticipantFactory(status="accepted")


def participant_affiliation_once():
    member = AffiliationFactory()
    ParticipantFactory(workshop=member.workshop, verified=[member], claimed=[member])


def attendance_once_per_day():
    person = ParticipantFactory()
    for _n in range(2):
        person.attendances.create(on=person.workshop.starts_on)


def consent_once_per_version():
    person = ParticipantFactory()
    version = TextVersionFactory(workshop=person.workshop)
    for _n in range(2):
        person.consents.create(version=version)


def invitation_once_per_workshop_and_address():
    first = InvitationFactory()
    InvitationFactory(workshop=first.workshop, email=first.email)


def invitation_expires_in_bounds():
    InvitationFactory(expires_at="2207-01-01T00:00Z")


def invitation_used_by_and_at_together():
    person = ParticipantFactory()
    InvitationFactory(workshop=person.workshop, participant=person)


def waitinglistentry_open_once():
    person = ParticipantFactory()
    for _n in range(2):
        WaitingListEntry.objects.create(participant=person)


def waitinglistentry_has_the_offer_of_its_state():
    WaitingListEntry.objects.create(participant=ParticipantFactory(), state="offered")


BREAKERS = [
    user_email_spelt,
    invitation_email_spelt,
    participant_unproved_email_spelt,
    submission_own_email_spelt,
    submission_closed_keeps_no_answers,
    submission_closed_where_it_became_somebody,
    affiliation_once_per_workshop,
    organisation_once_per_workshop,
    organisation_seats_positive,
    participant_once_per_user_and_workshop,
    participant_has_user_or_contact,
    participant_contact_is_another,
    participant_protected_has_alias,
    participant_status_known,
    participant_affiliation_once,
    attendance_once_per_day,
    consent_once_per_version,
    invitation_once_per_workshop_and_address,
    invitation_expires_in_bounds,
    invitation_used_by_and_at_together,
    waitinglistentry_open_once,
    waitinglistentry_has_the_offer_of_its_state,
]


def refused_by(breaker) -> str:
    """Name of the constraint that says no."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        breaker()
    return caught.value.__cause__.diag.constraint_name


@pytest.mark.parametrize("breaker", BREAKERS, ids=lambda breaker: breaker.__name__)
def test_constraint_says_no(breaker):
    assert refused_by(breaker) == breaker.__name__


def test_every_named_constraint_is_broken_here():
    named = {constraint.name for model in MODELS for constraint in model._meta.constraints}

    assert named == {breaker.__name__ for breaker in BREAKERS}


def test_invitation_is_used_by_one_and_one_uses_one():
    person = ParticipantFactory()
    first, second = InvitationFactory.create_batch(2, workshop=person.workshop)
    first.participant, first.used_at = person, timezone.now()
    first.save()

    def use_another():
        second.participant, second.used_at = person, timezone.now()
        second.save()

    assert refused_by(use_another) == constraint_of("participant_id")


def test_nonce_is_never_given_twice():
    first = InvitationFactory()

    assert refused_by(lambda: InvitationFactory(nonce=first.nonce)) == constraint_of("nonce")


def test_user_is_one_however_the_address_is_typed():
    first = User.objects.create_user("Person@Example.org")

    assert first.email == "person@example.org"
    assert refused_by(lambda: User.objects.create_user(" PERSON@example.org")) == constraint_of(
        "email", User
    )


def test_user_made_without_a_password_has_none_that_could_be_asked_for():
    made = [UserFactory(), User.objects.create_user("ada@example.org")]

    assert not any(user.has_usable_password() for user in made)
    assert User.objects.create_user("eve@example.org", "a-made-up-word").has_usable_password()


def constraint_of(column: str, model=Invitation) -> str:
    """The database's own name for a unique column."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    [name] = [
        name for name, each in found.items() if each["unique"] and each["columns"] == [column]
    ]
    return name
