"""Made-up cafés and tables, open for reservation."""

from datetime import timedelta

import factory
from django.utils import timezone

from agenda.models import Session
from agenda.tests.factories import SessionFactory
from registration.tests.factories import ParticipantFactory
from worldcafe.models import Cafe, Reservation, Table


class CafeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cafe

    session = factory.SubFactory(SessionFactory, kind=Session.Kind.WORLD_CAFE)
    reservations_open_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    reservations_close_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=60))


class TableFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Table

    cafe = factory.SubFactory(CafeFactory)
    number = factory.Sequence(lambda n: n + 101)  # those that tests name themselves are small


class ReservationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reservation

    table = factory.SubFactory(TableFactory)
    host = factory.SubFactory(
        ParticipantFactory, workshop=factory.SelfAttribute("..table.cafe.session.workshop")
    )
    practice = factory.Sequence(lambda n: f"Practice {n}")
    country = "KH"
    summary = "What we tried and what came of it."
