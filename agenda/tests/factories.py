"""Made-up rooms and sessions."""

from datetime import timedelta

import factory

from agenda.models import Room, Session
from foundation.series.tests.factories import WorkshopFactory, moment


class RoomFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Room

    workshop = factory.SubFactory(WorkshopFactory)
    name = factory.Sequence(lambda n: f"Room {n}")


class SessionFactory(factory.django.DjangoModelFactory):
    """An open hour on the first morning; `admits=[...]` and `invites=[...]` restrict it."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    workshop = factory.SubFactory(WorkshopFactory)
    slug = factory.Sequence(lambda n: f"session-{n}")
    title = factory.Sequence(lambda n: f"Session {n}")
    starts_at = factory.LazyAttribute(lambda made: moment(made.workshop))
    ends_at = factory.LazyAttribute(lambda made: made.starts_at + timedelta(hours=1))
    access = Session.Access.OPEN

    @factory.post_generation
    def admits(self, create, affiliations, **kwargs):
        self.affiliations.add(*affiliations or [])

    @factory.post_generation
    def invites(self, create, participants, **kwargs):
        self.invitees.add(*participants or [])
