"""What the World Café shows on `me/` and on the organisers' start page."""

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from foundation.accounts.tests.factories import UserFactory
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.models import Status
from registration.tests.factories import ParticipantFactory
from workshop.me.panels import my_table
from workshop.start_page.cafe import tables_at_a_glance
from worldcafe.models import Cafe
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop():
    return WorkshopFactory()


@pytest.fixture
def cafe(workshop):
    return CafeFactory(session__workshop=workshop, session__title="First café")


def request_of(user, workshop=None) -> HttpRequest:
    request = HttpRequest()
    request.user, request.workshop = user, workshop
    return request


def html_of(panel, request) -> str:
    template, context = panel(request)
    return render_to_string(template, context | {"workshop": request.workshop})


class TestMyTable:
    def test_shows_the_table_with_its_time_and_the_way_to_change_it(self, workshop, cafe):
        held = ReservationFactory(table__cafe=cafe, table__number=5, practice="Puppets")

        html = html_of(my_table, request_of(held.host.user, workshop))

        for said in ("Puppets", "Table 5, First café", "09:00–10:00", "Asia/Bangkok"):
            assert said in html
        assert f'href="{held.table.get_absolute_url()}"' in html

    def test_invites_to_reserve_while_a_table_can_be_had(self, workshop, cafe):
        TableFactory.create_batch(2, cafe=cafe)
        person = ParticipantFactory(workshop=workshop)

        assert "2 tables are free." in html_of(my_table, request_of(person.user, workshop))

        Cafe.objects.update(reservations_close_at=timezone.now())
        assert my_table(request_of(person.user, workshop)) is None

    def test_has_nothing_to_say_to_others(self, workshop, cafe):
        TableFactory(cafe=cafe)
        pending = ParticipantFactory(workshop=workshop, status=Status.PENDING)

        for user in (pending.user, UserFactory()):
            assert my_table(request_of(user, workshop)) is None

    @pytest.mark.parametrize("holds_one", [False, True])
    def test_takes_the_same_queries_for_few_tables_and_many(
        self, workshop, cafe, holds_one, django_assert_num_queries
    ):
        person = ParticipantFactory(workshop=workshop)
        if holds_one:
            ReservationFactory(host=person, table__cafe=cafe)

        for more in (1, 30):
            TableFactory.create_batch(more, cafe=cafe)
            request = request_of(person.user, workshop)
            with django_assert_num_queries(2 if holds_one else 3):
                html_of(my_table, request)


class TestTablesAtAGlance:
    def test_counts_per_cafe_what_is_reserved_of_ones_own_workshops(self, workshop, cafe):
        ReservationFactory(table__cafe=cafe)
        ReservationFactory(table__cafe=cafe, released_at=timezone.now().replace(year=2100))
        TableFactory(cafe=cafe)
        ReservationFactory()
        second = {"session__workshop": workshop, "session__starts_at": moment(workshop, day=1)}
        CafeFactory(**second)
        user = RoleFactory(workshop=workshop, duty=Duty.LOGISTICS).user

        _template, context = tables_at_a_glance(request_of(user))
        html = html_of(tables_at_a_glance, request_of(user))

        counts = [(row["reserved"], row["total"]) for row in context["cafes"]]
        assert counts == [(1, 3), (0, 0)]
        assert '<meter min="0" max="3" value="1" aria-label="First café">' in html
        assert f"?cafe={cafe.pk}" in html

    def test_says_nothing_without_the_right_or_a_cafe(self, workshop, cafe):
        desk = RoleFactory(workshop=workshop, duty=Duty.DESK).user
        elsewhere = RoleFactory().user

        for user in (desk, elsewhere):
            assert tables_at_a_glance(request_of(user)) is None

    def test_takes_the_same_queries_for_one_cafe_and_for_thirty(
        self, workshop, django_assert_num_queries
    ):
        user = RoleFactory(workshop=workshop).user

        for more in (1, 29):
            for _n in range(more):
                ReservationFactory(table__cafe__session__workshop=workshop)
            user = type(user).objects.get(pk=user.pk)
            with django_assert_num_queries(2):
                html_of(tables_at_a_glance, request_of(user))
