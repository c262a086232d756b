"""The organisers' screens: each sees their own workshop, and is told what can't be."""

import contextlib
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from agenda import actions
from agenda.models import Session, SignUp
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.tests.factories import AffiliationFactory, ParticipantFactory
from workshop.tests.filled import agreed

pytestmark = pytest.mark.django_db

SESSIONS = reverse("admin:agenda_session_changelist")
MODELS = ["day", "room", "track", "session", "signup"]


@pytest.fixture
def bangkok():
    return WorkshopFactory(slug="bangkok", title="Bangkok")


@pytest.fixture
def organiser(enter, bangkok):
    """A client signed in as the programme person of Bangkok."""
    return enter(RoleFactory(workshop=bangkok, duty=Duty.PROGRAMME).user)


def change_of(row) -> str:
    return reverse(f"admin:agenda_{row._meta.model_name}_change", args=[row.pk])


def form_of(session, **changes) -> dict:
    """What the change form posts, times on the workshop's own clocks."""
    starts, ends = (
        at.astimezone(session.workshop.zone) for at in (session.starts_at, session.ends_at)
    )
    return {
        "workshop": session.workshop_id,
        "title": session.title,
        "slug": session.slug,
        "kind": session.kind,
        "access": session.access,
        "listing": session.listing,
        "room": session.room_id or "",
        "seats": session.seats or "",
        "starts_at_0": f"{starts:%Y-%m-%d}",
        "starts_at_1": f"{starts:%H:%M}",
        "ends_at_0": f"{ends:%Y-%m-%d}",
        "ends_at_1": f"{ends:%H:%M}",
        "roles-TOTAL_FORMS": 0,
        "roles-INITIAL_FORMS": 0,
    } | changes


def errors_of(response) -> dict:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


class TestScope:
    @pytest.mark.parametrize("model", MODELS)
    def test_lists_open_to_the_programme_and_not_to_the_desk(self, enter, bangkok, model):
        address = reverse(f"admin:agenda_{model}_changelist")
        programme = RoleFactory(workshop=bangkok, duty=Duty.PROGRAMME).user
        desk = RoleFactory(workshop=bangkok, duty=Duty.DESK).user

        assert enter(programme).get(address).status_code == 200
        assert enter(desk).get(address).status_code == 403

    def test_session_list_search_and_filters_show_ones_own_workshop(self, organiser, bangkok):
        SessionFactory(workshop=bangkok, title="Own-session")
        dakar = WorkshopFactory(title="Dakar", starts_on=bangkok.starts_on + timedelta(days=30))
        room = RoomFactory(workshop=dakar, name="Foreign-room")
        SessionFactory(workshop=dakar, title="Foreign-session", room=room, kind="social")

        listed = organiser.get(SESSIONS).content.decode()
        found = organiser.get(SESSIONS, {"q": "Foreign"}).content.decode()
        forced = organiser.get(SESSIONS, {"workshop__id__exact": dakar.pk}).content.decode()

        assert "Own-session" in listed
        for html in (listed, found, forced):
            assert "Foreign-" not in html
            assert "Social" not in html
            assert f"{dakar.starts_on:%Y-%m-%d}" not in html

    def test_rows_of_another_workshop_are_not_there(self, organiser):
        foreign = SessionFactory(title="Foreign-session")

        for part in ("change", "delete", "history"):
            address = reverse(f"admin:agenda_session_{part}", args=[foreign.pk])
            response = organiser.get(address, follow=True)
            assert response.redirect_chain or response.status_code in (403, 404)
            assert "Foreign-session" not in response.content.decode()

    def test_change_of_another_workshop_is_refused(self, organiser):
        foreign = SessionFactory(title="Foreign-session")

        organiser.post(change_of(foreign), form_of(foreign, title="Taken over"))

        foreign.refresh_from_db()
        assert foreign.title == "Foreign-session"

    def test_choices_are_of_the_sessions_own_workshop(self, enter, bangkok):
        dakar = WorkshopFactory(title="Dakar")
        both = RoleFactory(workshop=bangkok).user
        RoleFactory(workshop=dakar, user=both)
        session = SessionFactory(workshop=bangkok)
        foreign = RoomFactory(workshop=dakar, name="Foreign-room")

        response = enter(both).post(change_of(session), form_of(session, room=foreign.pk))

        assert "room" in errors_of(response)
        session.refresh_from_db()
        assert session.room is None

    def test_autocomplete_offers_the_edited_workshops_rows(self, enter, bangkok):
        dakar = WorkshopFactory(title="Dakar")
        both = RoleFactory(workshop=bangkok).user
        RoleFactory(workshop=dakar, user=both)
        own, foreign = RoomFactory(workshop=bangkok), RoomFactory(workshop=dakar)
        third = RoomFactory()
        query = {"app_label": "agenda", "model_name": "session", "field_name": "room"}
        client = enter(both)

        def offered(**more):
            answer = client.get(reverse("admin:autocomplete"), query | more).json()
            return {int(row["id"]) for row in answer["results"]}

        assert offered() == {own.pk, foreign.pk}
        assert offered(workshop=bangkok.pk) == {own.pk}
        assert offered(workshop=third.workshop_id) == set()
        assert offered(workshop="x") == set()

    def test_actions_touch_ones_own_rows_alone(self, organiser, bangkok):
        own, foreign = SessionFactory(workshop=bangkok), SessionFactory()
        chosen = {"_selected_action": [own.pk, foreign.pk], "action": "delete_selected", "post": 1}

        organiser.post(SESSIONS, chosen)

        assert list(Session.objects.all()) == [foreign]

    def test_action_frees_seats_of_ones_own_workshop_alone(self, organiser, bangkok):
        held = []
        for workshop in (bangkok, WorkshopFactory()):
            person = ParticipantFactory(workshop=workshop)
            session = SessionFactory(workshop=workshop, seats=1)
            held.append(actions.sign_up(session=session, participant=person))
        chosen = {"_selected_action": [each.pk for each in held], "action": "free_seats"}

        asked = organiser.post(reverse("admin:agenda_signup_changelist"), chosen)
        assert SignUp.objects.count() == 2
        agreed(organiser, asked)

        assert list(SignUp.objects.all()) == held[1:]

    def test_reader_may_look_and_not_change(self, enter, bangkok):
        session = SessionFactory(workshop=bangkok, title="As it was")
        reader = enter(RoleFactory(workshop=bangkok, duty=Duty.READ_ONLY).user)

        assert reader.get(change_of(session)).status_code == 200
        assert reader.post(change_of(session), form_of(session, title="New")).status_code == 403
        assert reader.get(reverse("admin:agenda_session_add")).status_code == 403

    def test_participant_does_not_come_in(self, enter):
        assert enter(UserFactory()).get(SESSIONS).status_code == 302


class TestForm:
    def test_times_are_typed_and_shown_in_the_workshops_zone(self, organiser, bangkok):
        session = SessionFactory(workshop=bangkok)

        page = organiser.get(change_of(session)).content.decode()
        response = organiser.post(
            change_of(session), form_of(session, starts_at_1="13:00", ends_at_1="14:30")
        )

        assert 'value="09:00"' in page
        assert 'aria-label="Starts: time"' in page
        assert "Asia/Bangkok" in page
        assert response.status_code == 302
        session.refresh_from_db()
        assert session.starts_at == moment(bangkok, hour=13)

    def test_saving_keeps_whom_the_session_admits(self, organiser, bangkok):
        member = AffiliationFactory(workshop=bangkok)
        person = ParticipantFactory(workshop=bangkok)
        session = SessionFactory(workshop=bangkok, admits=[member], invites=[person])
        kept = {"affiliations": [member.pk], "invitees": [person.pk]}

        response = organiser.post(change_of(session), form_of(session, title="New", **kept))

        assert response.status_code == 302
        session.refresh_from_db()
        assert session.title == "New"
        assert [*session.affiliations.all()] == [member]
        assert [*session.invitees.all()] == [person]

    def test_double_booked_room_is_refused_naming_the_other_session(self, organiser, bangkok):
        room = RoomFactory(workshop=bangkok, name="Ballroom")
        SessionFactory(workshop=bangkok, room=room, title="Opening")
        session = SessionFactory(workshop=bangkok, title="Second")

        response = organiser.post(change_of(session), form_of(session, room=room.pk))

        [sentence] = errors_of(response)["room"]
        assert "Ballroom is taken by “Opening”" in sentence
        assert "09:00–10:00" in sentence
        assert "__all__" not in errors_of(response)

    def test_double_booking_found_by_the_database_first_gets_the_same_sentence(
        self, organiser, bangkok, monkeypatch
    ):
        room = RoomFactory(workshop=bangkok, name="Ballroom")
        SessionFactory(workshop=bangkok, room=room, title="Opening")
        session = SessionFactory(workshop=bangkok, title="Second")
        checks = []
        for_real = Session.full_clean

        def blind_at_first(self, *args, **kwargs):
            checks.append(self)
            if len(checks) > 1:
                for_real(self, *args, **kwargs)

        monkeypatch.setattr(Session, "full_clean", blind_at_first)
        monkeypatch.setattr(Session, "validate_constraints", lambda self, exclude=None: None)

        response = organiser.post(change_of(session), form_of(session, room=room.pk))

        assert len(checks) == 2
        assert "Ballroom is taken by “Opening”" in errors_of(response)["room"][0]

    def test_session_outside_the_workshop_is_refused_beside_the_field(self, organiser, bangkok):
        session = SessionFactory(workshop=bangkok)
        late = f"{bangkok.ends_on + timedelta(days=1):%Y-%m-%d}"

        response = organiser.post(change_of(session), form_of(session, ends_at_0=late))

        assert "The workshop lasts from" in errors_of(response)["ends_at"][0]
        assert "starts_at" not in errors_of(response)

    def test_session_ending_before_it_starts_is_refused_beside_the_field(self, organiser, bangkok):
        session = SessionFactory(workshop=bangkok)

        response = organiser.post(change_of(session), form_of(session, ends_at_1="08:00"))

        assert errors_of(response) == {"ends_at": ["A session ends after it starts."]}

    def test_changed_time_moves_the_sign_ups(self, organiser, bangkok):
        session = SessionFactory(workshop=bangkok, seats=3)
        actions.sign_up(session=session, participant=ParticipantFactory(workshop=bangkok))

        form = form_of(session, starts_at_1="15:00", ends_at_1="16:00")
        agreed(organiser, organiser.post(change_of(session), form))

        assert SignUp.objects.get().during.lower == moment(bangkok, hour=15)

    def test_changed_time_that_puts_somebody_in_two_sessions_is_refused(self, organiser, bangkok):
        person = ParticipantFactory(workshop=bangkok)
        session = SessionFactory(workshop=bangkok, seats=3)
        other = SessionFactory(workshop=bangkok, seats=3, starts_at=moment(bangkok, hour=15))
        for each in (session, other):
            actions.sign_up(session=each, participant=person)

        response = organiser.post(
            change_of(session), form_of(session, starts_at_1="15:30", ends_at_1="16:30")
        )

        assert "has a seat in another session then" in errors_of(response)["__all__"][0]
        session.refresh_from_db()
        assert session.starts_at == moment(bangkok)

    def test_new_session_asks_which_workshop_where_there_are_several(self, enter, bangkok):
        dakar = WorkshopFactory(title="Dakar")
        both = RoleFactory(workshop=bangkok).user
        RoleFactory(workshop=dakar, user=both)
        WorkshopFactory(title="Foreign-workshop")
        client, add = enter(both), reverse("admin:agenda_session_add")

        question = client.get(add).content.decode()
        form = client.get(add, {"workshop": dakar.pk})

        assert f'href="?workshop={dakar.pk}"' in question
        assert "Foreign-workshop" not in question
        assert [*form.context["adminform"].form.fields["workshop"].queryset] == [dakar]

    def test_copy_is_made_in_the_same_workshop(self, organiser, bangkok):
        session = SessionFactory(workshop=bangkok, slug="first", seats=3)
        actions.sign_up(session=session, participant=ParticipantFactory(workshop=bangkok))
        copy = form_of(session, slug="second", title="Again") | {"_saveasnew": "1"}
        page = organiser.get(change_of(session)).content.decode()
        [named] = re.findall(r'<input type="hidden" name="workshop" value="(\d+)">', page)

        organiser.post(change_of(session), copy | {"workshop": named})

        made = Session.objects.get(slug="second")
        assert (made.workshop, made.starts_at) == (bangkok, moment(bangkok))
        assert not made.sign_ups.exists()


def test_session_list_takes_the_same_queries_for_one_and_for_thirty(
    organiser, bangkok, django_assert_num_queries
):
    def make(number):
        for n in range(number):
            SessionFactory(
                workshop=bangkok,
                room=RoomFactory(workshop=bangkok),
                access=Session.Access.RESTRICTED,
                admits=[AffiliationFactory(workshop=bangkok)],
                starts_at=moment(bangkok, hour=9 + n % 8),
            )

    make(1)
    organiser.get(SESSIONS)
    for more in (0, 29):
        make(more)
        with django_assert_num_queries(13):
            organiser.get(SESSIONS)


@pytest.mark.django_db(transaction=True)
class TestDates:
    """Outside one transaction: what is checked at the commit is a sentence as well."""

    def typed(self, workshop, **changes) -> dict:
        fields = ["title", "region", "slug", "starts_on", "ends_on", "timezone", "venue", "city"]
        data = {name: getattr(workshop, name) for name in fields}
        moments = {"registration_opens_at": "2026-01-01", "registration_closes_at": "2026-02-01"}
        for name, on in moments.items():
            data |= {f"{name}_0": on, f"{name}_1": "00:00"}
        return data | {"country": "TH"} | changes

    def send(self, enter, workshop, **changes):
        staff = enter(RoleFactory(workshop=workshop).user)
        address = reverse("admin:series_workshop_change", args=[workshop.pk])
        return staff.post(address, self.typed(workshop, **changes))

    def test_workshop_that_leaves_its_sessions_is_told(self, enter):
        workshop = SessionFactory().workshop

        response = self.send(enter, workshop, starts_on=workshop.starts_on + timedelta(days=1))

        assert response.status_code == 200
        assert "these would lie outside the workshop" in response.content.decode()

    @pytest.mark.parametrize(
        "changes",
        [
            {"registration_opens_at_0": "0001-01-01"},
            {"ends_on": "9999-12-31"},
            {"ends_on": "2207-01-01"},
            {"starts_on": "2027-01-01", "ends_on": "2027-02-01"},
        ],
    )
    def test_date_that_nobody_means_is_told(self, enter, changes):
        response = self.send(enter, WorkshopFactory(), **changes)

        assert response.status_code == 200
        assert "errorlist" in response.content.decode()

    @pytest.mark.parametrize(("hour", "is_inside"), [(0, True), (1, True), (6, True), (7, False)])
    def test_last_night_belongs_to_the_last_day(self, enter, hour, is_inside):
        """In the form, in the database, and where the agenda draws it."""
        workshop = WorkshopFactory()
        last = (workshop.ends_on - workshop.starts_on).days
        dinner = SessionFactory(
            workshop=workshop, slug="dinner", starts_at=moment(workshop, last, 22)
        )
        staff = enter(RoleFactory(workshop=workshop, duty=Duty.PROGRAMME).user)
        ends_on = workshop.ends_on + timedelta(days=1)
        typed = {"ends_at_0": f"{ends_on:%Y-%m-%d}", "ends_at_1": f"{hour:02}:00"}

        response = staff.post(change_of(dinner), form_of(dinner, **typed))
        ends_at = moment(workshop, last + 1, hour)
        refused = contextlib.nullcontext() if is_inside else pytest.raises(IntegrityError)
        with refused:
            Session.objects.update(ends_at=ends_at)
        agenda = staff.get(reverse("agenda:agenda", args=[workshop.slug]))

        assert response.status_code == (302 if is_inside else 200)
        days = {day.iso: day.blocks for day in agenda.context["days"]}
        assert [on for on, blocks in days.items() if blocks] == [workshop.ends_on.isoformat()]

    def test_what_begins_after_the_last_midnight_is_outside(self):
        workshop = WorkshopFactory()
        last = (workshop.ends_on - workshop.starts_on).days
        with pytest.raises(IntegrityError):
            SessionFactory(workshop=workshop, starts_at=moment(workshop, last + 1, 0, 30))

    def test_dinner_until_midnight_belongs_to_the_last_day(self):
        workshop = WorkshopFactory()
        last = (workshop.ends_on - workshop.starts_on).days

        dinner = SessionFactory(
            workshop=workshop,
            starts_at=moment(workshop, day=last, hour=20),
            ends_at=moment(workshop, day=last + 1, hour=0),
        )

        dinner.full_clean()
