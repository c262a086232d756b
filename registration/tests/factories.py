"""Made-up people, plainly so, at example.org."""

from datetime import timedelta

import factory
from django.utils import timezone

from foundation.accounts.tests.factories import UserFactory
from foundation.series.tests.factories import WorkshopFactory
from registration.models import (
    Affiliation,
    Invitation,
    Organisation,
    Participant,
    ParticipantAffiliation,
    Status,
    Submission,
)

# What a short form tells, as it is kept until its address is proved.
TOLD = {
    "badge_name": "Ada Example",
    "organisation": [None, ""],
    "other_organisation": "Example House",
    "job_title": "Director",
    "country": "KH",
    "affiliations": [],
    "days": [],
    "dietary": "",
    "access": "",
    "agreed_to": [],
}


class AffiliationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Affiliation

    workshop = factory.SubFactory(WorkshopFactory)
    slug = factory.Sequence(lambda n: f"affiliation-{n}")
    name = factory.Sequence(lambda n: f"Affiliation {n}")


class OrganisationFactory(factory.django.DjangoModelFactory):
    """An organisation; `may_hold=[...]` names the affiliations that its people may hold."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    workshop = factory.SubFactory(WorkshopFactory)
    name = factory.Sequence(lambda n: f"Organisation {n}")
    country = "KH"

    @factory.post_generation
    def may_hold(self, create, affiliations, **kwargs):
        self.affiliations.add(*affiliations or [])


class ParticipantFactory(factory.django.DjangoModelFactory):
    """A confirmed participant; `verified=[...]` and `claimed=[...]` give affiliations."""

    class Meta:
        model = Participant
        skip_postgeneration_save = True

    workshop = factory.SubFactory(WorkshopFactory)
    user = factory.SubFactory(UserFactory)
    badge_name = factory.Sequence(lambda n: f"Participant {n}")
    job_title = "Coordinator"
    country = "KH"
    status = Status.CONFIRMED

    @factory.post_generation
    def verified(self, create, affiliations, **kwargs):
        for affiliation in affiliations or []:
            ParticipantAffiliation.objects.create(
                participant=self, affiliation=affiliation, verified_at=timezone.now()
            )

    @factory.post_generation
    def claimed(self, create, affiliations, **kwargs):
        for affiliation in affiliations or []:
            ParticipantAffiliation.objects.create(participant=self, affiliation=affiliation)


class InvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Invitation

    workshop = factory.SubFactory(WorkshopFactory)
    email = factory.Sequence(lambda n: f"invited-{n}@example.org")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class SubmissionFactory(factory.django.DjangoModelFactory):
    """A form that waits."""

    class Meta:
        model = Submission

    workshop = factory.SubFactory(WorkshopFactory)
    user = factory.SubFactory(UserFactory)
    answers = factory.LazyFunction(lambda: dict(TOLD))
