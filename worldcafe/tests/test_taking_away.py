"""Tables are taken from their hosts in the open, and a table in use is not deleted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda import session_changes
from agenda.session_changes import Before, settle
from foundation.core.tests.at_once import at_once
from foundation.mail.models import Message
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory
from registration.models import Loss
from registration.tests.factories import ParticipantFactory
from registration.tests.staff import messages_of
from worldcafe.actions import reserve
from worldcafe.admin import TableAdmin
from worldcafe.models import Reservation, Table
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return sorted(Message.objects.values_list("kind", flat=True))


def test_narrowed_café_releases_and_moved_café_tells():
    held = ReservationFactory()
    session = held.table.cafe.session
    before = Before.of(session.pk)
    session.starts_at, session.ends_at = (
        session.ends_at,
        session.ends_at + (session.ends_at - session.starts_at),
    )
    session.save()
    settle(session=session, before=before)
    assert kinds() == ["worldcafe/moved"]

    before = Before.of(session.pk)
    session.access = "restricted"
    session.save()
    settle(session=session, before=before)

    assert not Reservation.objects.active().exists()
    assert kinds() == ["agenda/changed", "worldcafe/moved", "worldcafe/released"]
    assert {loss.kind for loss in Loss.objects.all()} == {"moved", "admission", "table"}


def test_cancelled_café_releases_its_tables_and_gives_them_back_where_they_are_free():
    cafe = CafeFactory()
    first, second = (ReservationFactory(table=TableFactory(cafe=cafe)) for _n in range(2))
    session_changes.cancel(session=cafe.session)
    assert not Reservation.objects.active().exists()
    # The second host has another table by now.
    elsewhere = CafeFactory(session__workshop=cafe.workshop)
    other = ReservationFactory(table=TableFactory(cafe=elsewhere), host=second.host)

    session_changes.reinstate(session=cafe.session)

    assert set(Reservation.objects.active()) == {first, other}
    assert Loss.objects.to_give_back().get().participant == second.host


def test_table_that_somebody_takes_while_it_is_deleted_ends_in_a_sentence(enter, monkeypatch):
    table = TableFactory()
    organiser = enter(RoleFactory(workshop=table.cafe.workshop, duty=Duty.LOGISTICS).user)
    host = ParticipantFactory(workshop=table.cafe.workshop)

    def reserved_just_before(self, request, obj):
        ReservationFactory(table=table, host=host)
        Table.objects.filter(pk=obj.pk)._raw_delete("default")

    monkeypatch.setattr(TableAdmin, "delete_model", reserved_just_before)
    address = reverse("admin:worldcafe_table_delete", args=[table.pk])

    answer = organiser.post(address, {"post": "yes"}, follow=True)

    assert answer.status_code == 200
    assert "Nothing was saved or deleted" in messages_of(answer)[0]
    assert Table.objects.filter(pk=table.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_tables_deleted_while_they_are_reserved_are_gone_or_held(enter):
    cafe = CafeFactory()
    tables = TableFactory.create_batch(8, cafe=cafe)
    hosts = ParticipantFactory.create_batch(8, workshop=cafe.workshop)
    organiser = enter(RoleFactory(workshop=cafe.workshop, duty=Duty.LOGISTICS).user)
    cookies = {name: each.value for name, each in organiser.cookies.items()}
    texts = {"practice": "Puppets", "country": "KH", "summary": "We played."}

    def meet(n):
        table = tables[n // 2]
        if n % 2:
            return reserve(table=table, host=hosts[n // 2], **texts).pk
        client = type(organiser)()
        client.cookies.load(cookies)
        address = reverse("admin:worldcafe_table_delete", args=[table.pk])
        return client.post(address, {"post": "yes"}).status_code

    got = at_once(meet, count=16)

    assert 500 not in got
    assert "IntegrityError" not in got
    for table in tables:
        exists = Table.objects.filter(pk=table.pk).exists()
        assert exists == Reservation.objects.filter(table=table.pk).exists()


@pytest.mark.parametrize("screen", ["table", "cafe"])
def test_table_that_was_released_can_be_deleted_and_history_tells_who_held_it(enter, screen):
    released = ReservationFactory(released_at=timezone.now() + timedelta(hours=1))
    table = released.table
    organiser = enter(RoleFactory(workshop=table.cafe.workshop, duty=Duty.LOGISTICS).user)
    row = table if screen == "table" else table.cafe
    address = reverse(f"admin:worldcafe_{screen}_delete", args=[row.pk])

    organiser.post(address, {"post": "yes"}, follow=True)

    assert not Table.objects.exists()
    kept = Reservation.history.filter(id=released.pk).first()
    assert (kept.history_type, kept.host, kept.practice) == ("-", released.host, released.practice)


@pytest.mark.parametrize("screen", ["table", "cafe"])
def test_table_that_is_held_can_not_be_deleted(enter, screen):
    held = ReservationFactory()
    organiser = enter(RoleFactory(workshop=held.table.cafe.workshop, duty=Duty.LOGISTICS).user)
    row = held.table if screen == "table" else held.table.cafe
    address = reverse(f"admin:worldcafe_{screen}_delete", args=[row.pk])

    organiser.post(address, {"post": "yes"}, follow=True)

    assert Reservation.objects.active().get() == held
