"""The organisers' screens: each sees their own workshop, and no form goes past the actions."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda.models import Session
from agenda.tests.factories import SessionFactory
from foundation.mail.models import Message
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.tests.factories import ParticipantFactory
from workshop.tests.filled import agreed
from worldcafe import admin as screens
from worldcafe.actions import release, reserve
from worldcafe.models import Cafe, Reservation
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db

MODELS = ["cafe", "table", "reservation"]
TEXTS = {"practice": "Puppets", "country": "KH", "summary": "We played.", "brings": ""}


def list_of(model) -> str:
    return reverse(f"admin:worldcafe_{model}_changelist")


def change_of(row) -> str:
    return reverse(f"admin:worldcafe_{row._meta.model_name}_change", args=[row.pk])


RESERVATIONS = list_of("reservation")


@pytest.fixture
def bangkok():
    return WorkshopFactory(title="Bangkok")


@pytest.fixture
def cafe(bangkok):
    return CafeFactory(session__workshop=bangkok, session__title="Own-café")


@pytest.fixture
def organiser(enter, bangkok):
    """A client signed in as the logistics person of Bangkok."""
    return enter(RoleFactory(workshop=bangkok, duty=Duty.LOGISTICS).user)


@pytest.fixture
def both(enter, bangkok):
    """A client of somebody who organises Bangkok and another workshop, and that workshop."""
    user = RoleFactory(workshop=bangkok).user
    dakar = RoleFactory(workshop=WorkshopFactory(title="Dakar"), user=user).workshop
    return enter(user), dakar


def errors_of(response) -> dict:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


class TestScope:
    @pytest.mark.parametrize(("duty", "reads"), [(Duty.DESK, False), (Duty.LOGISTICS, True)])
    def test_mail_about_a_table_tells_its_session_to_whoever_may_read_sessions(
        self, enter, bangkok, cafe, duty, reads
    ):
        host = ParticipantFactory(workshop=bangkok)
        reserve(table=TableFactory(cafe=cafe), host=host, **TEXTS)
        staff = enter(RoleFactory(workshop=bangkok, duty=duty).user)

        pages = [
            staff.get(reverse("admin:mail_message_changelist")),
            staff.get(reverse("admin:mail_message_change", args=[Message.objects.get().pk])),
            staff.get(reverse("admin:registration_participant_change", args=[host.pk])),
        ]

        assert [page.status_code for page in pages] == [200, 200, 200]
        assert any("Own-café" in page.content.decode() for page in pages) is reads

    @pytest.mark.parametrize("model", MODELS)
    def test_lists_open_to_logistics_and_not_to_the_desk(self, enter, bangkok, model):
        logistics = RoleFactory(workshop=bangkok, duty=Duty.LOGISTICS).user
        desk = RoleFactory(workshop=bangkok, duty=Duty.DESK).user

        assert enter(logistics).get(list_of(model)).status_code == 200
        assert enter(desk).get(list_of(model)).status_code == 403

    @pytest.mark.parametrize("model", MODELS)
    def test_lists_search_and_filters_show_ones_own_workshop(self, organiser, cafe, model):
        ReservationFactory(table__cafe=cafe, practice="Own-practice")
        foreign = ReservationFactory(
            practice="Foreign-practice",
            table__cafe__session__title="Foreign-café",
            table__note="Foreign-note",
            host__badge_name="Foreign-host",
        )
        other = foreign.table.cafe

        answers = [
            organiser.get(list_of(model), query).content.decode()
            for query in ({}, {"q": "Foreign"}, {"cafe": other.pk}, {"state": "nonsense"})
        ]

        assert "Own-" in answers[0]
        for html in answers:
            assert "Foreign-" not in html.replace('value="Foreign"', "")
            assert other.workshop.title not in html

    @pytest.mark.parametrize("model", MODELS)
    def test_rows_of_another_workshop_are_not_there_and_not_changed(self, organiser, model):
        held = ReservationFactory(practice="Foreign-practice")
        row = {"cafe": held.table.cafe, "table": held.table, "reservation": held}[model]

        read = organiser.get(change_of(row), follow=True)
        organiser.post(change_of(row), TEXTS | {"table": held.table.pk, "number": 99, "seats": 1})

        assert read.redirect_chain
        assert "Foreign-practice" not in read.content.decode()
        held.refresh_from_db()
        assert held.practice == "Foreign-practice"
        assert held.table.number != 99

    def test_release_touches_ones_own_reservations_alone(self, organiser, cafe):
        own, foreign = ReservationFactory(table__cafe=cafe), ReservationFactory()

        chosen = {"_selected_action": [own.pk, foreign.pk], "action": "release"}
        agreed(organiser, organiser.post(RESERVATIONS, chosen))

        assert list(Reservation.objects.active()) == [foreign]
        assert [each.about for each in Message.objects.all()] == [own.host.public_id]

    def test_reader_may_look_and_not_change(self, enter, bangkok, cafe):
        held = ReservationFactory(table__cafe=cafe)
        reader = enter(RoleFactory(workshop=bangkok, duty=Duty.READ_ONLY).user)

        for row in (cafe, held.table, held):
            assert reader.get(change_of(row)).status_code == 200
            assert reader.post(change_of(row), TEXTS).status_code == 403
        reader.post(RESERVATIONS, {"_selected_action": [held.pk], "action": "release"})
        assert Reservation.objects.active().exists()

    def test_new_rows_ask_which_workshop_and_offer_what_is_of_it(self, both, bangkok, cafe):
        client, dakar = both
        kind = Session.Kind.WORLD_CAFE
        own, foreign = (SessionFactory(workshop=each, kind=kind) for each in (bangkok, dakar))
        SessionFactory(workshop=bangkok)
        table, _other = TableFactory(cafe=cafe), TableFactory()

        def choices(model, field, **query):
            page = client.get(reverse(f"admin:worldcafe_{model}_add"), query)
            return [*page.context["adminform"].form.fields[field].queryset]

        asked = client.get(reverse("admin:worldcafe_cafe_add")).content.decode()
        assert f'href="?workshop={dakar.pk}"' in asked
        assert choices("cafe", "session", workshop=bangkok.pk) == [own]
        assert choices("cafe", "session", workshop=dakar.pk) == [foreign]
        assert choices("reservation", "table", workshop=bangkok.pk) == [table]
        assert choices("reservation", "table", workshop=dakar.pk) == []

    def test_host_is_looked_up_among_the_workshops_participants(self, both, bangkok):
        client, dakar = both
        own = ParticipantFactory(workshop=bangkok)
        for elsewhere in (dakar, WorkshopFactory()):
            ParticipantFactory(workshop=elsewhere)

        add = {"workshop": bangkok.pk}
        page = client.get(reverse("admin:worldcafe_reservation_add"), add).content.decode()
        query = {"app_label": "worldcafe", "model_name": "reservation", "field_name": "host"}
        answer = client.get(reverse("admin:autocomplete"), query | add).json()

        assert f"?workshop={bangkok.pk}" in page
        assert [row["id"] for row in answer["results"]] == [str(own.pk)]


class TestReservations:
    def add(self, client, **data):
        return client.post(reverse("admin:worldcafe_reservation_add"), TEXTS | data)

    def test_organiser_reserves_for_a_participant_also_after_the_close(
        self, organiser, bangkok, cafe
    ):
        Cafe.objects.update(reservations_close_at=timezone.now())
        host, table = ParticipantFactory(workshop=bangkok), TableFactory(cafe=cafe)

        response = self.add(organiser, host=host.pk, table=table.pk)

        assert response.status_code == 302
        made = Reservation.objects.active().get()
        assert (made.host, made.table, made.practice) == (host, table, "Puppets")
        assert made.history.get().history_user == response.wsgi_request.user
        assert Message.objects.get().kind == "worldcafe/reserved"

    def test_taken_table_and_host_with_a_table_are_refused_naming_the_other(
        self, organiser, bangkok, cafe
    ):
        other = ReservationFactory(table__cafe=cafe, table__number=5, practice="Theatre")
        host, free = ParticipantFactory(workshop=bangkok), TableFactory(cafe=cafe)

        taken = self.add(organiser, host=host.pk, table=other.table.pk)
        second = self.add(organiser, host=other.host.pk, table=free.pk)

        assert errors_of(taken)["table"] == [
            f"Table 5 is held by {other.host} for “Theatre”. Choose a free one."
        ]
        [sentence] = errors_of(second)["host"]
        assert sentence.startswith(f"{other.host} holds Table 5, Own-café (")
        assert Reservation.objects.count() == 1

    def test_what_the_action_refuses_is_said_on_the_form(
        self, organiser, bangkok, cafe, monkeypatch
    ):
        other = ReservationFactory(table__cafe=cafe, table__number=5)
        host = ParticipantFactory(workshop=bangkok)
        pending = ParticipantFactory(workshop=bangkok, status="pending")
        unseen = {"practice": "Kept text"}

        refused = self.add(organiser, host=pending.pk, table=TableFactory(cafe=cafe).pk, **unseen)
        assert "whose registration is confirmed" in errors_of(refused)["__all__"][0]
        assert "Kept text" in refused.content.decode()

        monkeypatch.setattr(screens.ReservationForm, "_refuse", lambda *args: None)
        monkeypatch.setattr(Reservation, "validate_constraints", lambda *args, **kwargs: None)
        refused = self.add(organiser, host=host.pk, table=other.table.pk)
        assert errors_of(refused)["__all__"] == ["Table 5 was just taken."]

    def test_change_moves_and_changes_the_text_through_the_actions(self, organiser, cafe):
        held = ReservationFactory(table__cafe=cafe)
        there = TableFactory(cafe=cafe)
        stranger = ParticipantFactory(workshop=cafe.workshop)

        page = organiser.get(change_of(held)).content.decode()
        data = TEXTS | {"table": there.pk, "host": stranger.pk}
        agreed(organiser, organiser.post(change_of(held), data))

        assert "– reserved</option>" in page
        current = Reservation.objects.get()
        assert (current.table, current.host) == (there, held.host)
        assert current.practice == "Puppets"
        assert [mail.kind for mail in Message.objects.all()] == ["worldcafe/moved"]

    def test_released_just_before_it_is_saved_is_refused(self, organiser, cafe, monkeypatch):
        held = ReservationFactory(table__cafe=cafe, practice="As it was")
        for_real = screens.ReservationForm.lock_row

        def released_just_before(self):
            release(reservation=held)
            for_real(self)

        monkeypatch.setattr(screens.ReservationForm, "lock_row", released_just_before)

        refused = organiser.post(change_of(held), TEXTS | {"table": held.table.pk})

        assert "was released in the meantime" in errors_of(refused)["__all__"][0]
        held.refresh_from_db()
        assert held.practice == "As it was"

    def test_released_one_is_read_only_and_none_is_deleted(self, organiser, cafe):
        later = timezone.now() + timedelta(hours=1)
        released = ReservationFactory(table__cafe=cafe, released_at=later)

        assert organiser.post(change_of(released), TEXTS).status_code == 403
        address = reverse("admin:worldcafe_reservation_delete", args=[released.pk])
        assert organiser.post(address, {"post": "yes"}).status_code == 403


class TestCafes:
    def form(self, **changes) -> dict:
        tables = {"tables-TOTAL_FORMS": 0, "tables-INITIAL_FORMS": 0}
        opens = {"reservations_open_at_0": "2030-01-01", "reservations_open_at_1": "09:00"}
        closes = {"reservations_close_at_0": "2030-02-01", "reservations_close_at_1": "18:00"}
        return opens | closes | tables | {"introduction": ""} | changes

    def test_is_added_with_tables_and_times_by_the_workshops_clock(self, organiser, bangkok):
        session = SessionFactory(workshop=bangkok, kind=Session.Kind.WORLD_CAFE)
        row = {"number": 1, "seats": 8, "x": 10, "y": 10, "note": "", "id": "", "cafe": ""}
        tables = {f"tables-0-{name}": value for name, value in row.items()}
        data = self.form(session=session.pk, **tables, **{"tables-TOTAL_FORMS": 1})

        response = organiser.post(reverse("admin:worldcafe_cafe_add"), data)

        assert response.status_code == 302
        made = Cafe.objects.get()
        assert made.reservations_open_at.isoformat() == "2030-01-01T02:00:00+00:00"
        assert made.tables.get().number == 1

    def test_of_another_workshops_session_or_another_kind_is_refused(self, organiser, bangkok):
        foreign = SessionFactory(kind=Session.Kind.WORLD_CAFE)
        plenary = SessionFactory(workshop=bangkok)

        for session in (foreign, plenary):
            data = self.form(session=session.pk)
            response = organiser.post(reverse("admin:worldcafe_cafe_add"), data)
            assert "session" in errors_of(response)

    def test_closing_before_opening_is_refused(self, organiser, cafe):
        response = organiser.post(change_of(cafe), self.form(reservations_close_at_0="2029-01-01"))

        assert errors_of(response)

    def test_stays_the_same_sessions(self, organiser, cafe):
        other = SessionFactory(workshop=cafe.workshop, kind=Session.Kind.WORLD_CAFE)

        assert organiser.post(change_of(cafe), self.form(session=other.pk)).status_code == 302

        assert Cafe.objects.get().session == cafe.session

    def test_tables_are_filtered_by_whether_they_are_free(self, organiser, cafe):
        ReservationFactory(table__cafe=cafe, table__note="Held-table")
        TableFactory(cafe=cafe, note="Free-table")

        free = organiser.get(list_of("table"), {"state": "free"}).content.decode()
        held = organiser.get(list_of("table"), {"state": "reserved"}).content.decode()

        assert ("Free-table" in free, "Held-table" in free) == (True, False)
        assert ("Free-table" in held, "Held-table" in held) == (False, True)


@pytest.mark.parametrize(("model", "queries"), [("cafe", 7), ("table", 9), ("reservation", 8)])
def test_lists_take_the_same_queries_for_one_and_for_thirty(
    organiser, bangkok, model, queries, django_assert_num_queries
):
    def make(number):
        for n in range(number):
            starts_at = moment(bangkok, day=n % 4)
            session = {"workshop": bangkok, "starts_at": starts_at, "kind": "world-cafe"}
            ReservationFactory(table__cafe__session=SessionFactory(**session))

    make(1)
    organiser.get(list_of(model))
    for more in (0, 29):
        make(more)
        with django_assert_num_queries(queries):
            organiser.get(list_of(model))
