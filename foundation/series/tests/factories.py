"""Made-up workshops, some ten weeks ahead, with registration open."""

from datetime import date, datetime, time, timedelta

import factory
from django.utils import timezone

from foundation.series.models import Role, TextVersion, Workshop, digest_of
from foundation.series.roles import Duty


class WorkshopFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Workshop

    slug = factory.Sequence(lambda n: f"workshop-{n}")
    title = factory.Sequence(lambda n: f"Workshop {n}")
    region = "Southeast Asia"
    starts_on = factory.LazyFunction(lambda: date.today() + timedelta(days=70))
    ends_on = factory.LazyAttribute(lambda made: made.starts_on + timedelta(days=3))
    timezone = "Asia/Bangkok"
    venue = "Riverside Hotel"
    city = "Bangkok"
    country = "TH"
    registration_opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    registration_closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=60))
    is_published = True


class RoleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Role

    workshop = factory.SubFactory(WorkshopFactory)
    user = factory.SubFactory("foundation.accounts.tests.factories.UserFactory", is_staff=True)
    duty = Duty.ORGANISER


class TextVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TextVersion

    workshop = factory.SubFactory(WorkshopFactory)
    kind = TextVersion.Kind.DATA
    text = factory.Sequence(lambda n: f"Data notice {n}")
    digest = factory.LazyAttribute(lambda made: digest_of(made.text))


def moment(workshop, day=0, hour=9, minute=0) -> datetime:
    """A moment of a workshop: days from its first, and the clock in its own zone."""
    on = workshop.starts_on + timedelta(days=day)
    return datetime.combine(on, time(hour, minute), tzinfo=workshop.zone)
