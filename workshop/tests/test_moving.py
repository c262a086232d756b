"""A workshop with a programme gets other dates or another zone: asked, moved along, told."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agenda import actions
from agenda.actions import give_role
from agenda.models import Day, Session, SignUp
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.mail.models import Message
from foundation.series.models import Workshop
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.models import Attendance, Loss
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    ParticipantFactory,
    UserFactory,
)
from workshop.tests.filled import agreed, filled
from worldcafe.models import Cafe
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def bangkok():
    return WorkshopFactory(slug="bangkok", title="Bangkok")


@pytest.fixture
def organiser(enter, bangkok):
    return enter(RoleFactory(workshop=bangkok).user)


def send(client, workshop, **changes):
    """Post the form as its page shows it, with some fields typed over."""
    address = reverse("admin:series_workshop_change", args=[workshop.pk])
    return client.post(address, filled(client.get(address)) | changes)


def later(workshop, by=WEEK) -> dict:
    return {"starts_on": workshop.starts_on + by, "ends_on": workshop.ends_on + by}


def answered(client, asked, key):
    """Answer the page that asks what moves along."""
    data: dict[str, list[str]] = {}
    for name, value in asked.context["fields"]:
        data.setdefault(name, []).append(value)
    return client.post(asked.wsgi_request.get_full_path(), data | {"_moves": key})


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def told() -> dict:
    return {each.about: each.text for each in Message.objects.filter(kind="workshop/moved")}


class TestDates:
    def test_what_lies_outside_is_named_with_its_time_and_a_link_and_nothing_is_saved(
        self, organiser, bangkok
    ):
        opening = SessionFactory(workshop=bangkok, title="Opening-title")
        day = Day.objects.create(workshop=bangkok, on=bangkok.starts_on, title="First-day")

        asked = send(organiser, bangkok, **later(bangkok))

        page = asked.content.decode()
        assert f'href="{reverse("admin:agenda_session_change", args=[opening.pk])}"' in page
        assert f'href="{reverse("admin:agenda_day_change", args=[day.pk])}"' in page
        assert f"Opening-title, {opening.time_in_words()}" in page
        assert "7 days later" in page
        assert Workshop.objects.get().starts_on == bangkok.starts_on

    def test_everything_moves_along_by_the_same_days(self, organiser, bangkok):
        now = timezone.now()
        room = RoomFactory(workshop=bangkok)
        first = SessionFactory(workshop=bangkok, room=room)
        second = SessionFactory(workshop=bangkok, room=room, starts_at=first.ends_at)
        cafe = CafeFactory(session__workshop=bangkok)
        for on in bangkok.dates:
            Day.objects.create(workshop=bangkok, on=on, title=f"{on}")
            Attendance.objects.create(participant=ParticipantFactory(workshop=bangkok), on=on)
        invitation = InvitationFactory(workshop=bangkok)

        for by in (timedelta(days=1), timedelta(days=-1), timedelta(days=1)):
            workshop = Workshop.objects.get()
            asked = send(organiser, workshop, **later(workshop, by))
            agreed(organiser, answered(organiser, asked, "along-moment"))

        moved = Workshop.objects.get()
        day = timedelta(days=1)
        assert moved.starts_on == bangkok.starts_on + day
        assert [each.starts_at for each in Session.objects.filter(room=room)] == [
            first.starts_at + day,
            second.starts_at + day,
        ]
        assert {each.on for each in moved.days.all()} == set(moved.dates)
        assert {each.on for each in Attendance.objects.all()} == set(moved.dates)
        after = Cafe.objects.get()
        assert after.reservations_open_at == cafe.reservations_open_at < now
        assert after.reservations_close_at == cafe.reservations_close_at + day
        assert moved.registration_opens_at == bangkok.registration_opens_at < now
        assert moved.registration_closes_at == bangkok.registration_closes_at + day
        invitation.refresh_from_db()
        assert invitation.expires_at == type(invitation).objects.get().expires_at

    def test_who_is_coming_is_named_first_told_once_after_and_it_is_on_record(
        self, organiser, bangkok
    ):
        seated, speaker, host, coming = ParticipantFactory.create_batch(4, workshop=bangkok)
        pending = ParticipantFactory(workshop=bangkok, status="pending")
        talk = SessionFactory(workshop=bangkok, title="Talk-title", seats=5)
        actions.sign_up(session=talk, participant=seated)
        give_role(session=talk, participant=speaker, role="speaker")
        table = TableFactory(cafe=CafeFactory(session__workshop=bangkok))
        ReservationFactory(table=table, host=host)

        asked = answered(organiser, send(organiser, bangkok, **later(bangkok)), "along-moment")
        named, before = text_of(asked), (Message.objects.filter(kind="workshop/moved").count())
        agreed(organiser, asked)

        people = (seated, speaker, host, coming)
        assert all(str(each) in named for each in people)
        assert str(pending) not in named
        assert "successfully" not in named
        assert before == 0
        talk.refresh_from_db()
        assert set(told()) == {each.public_id for each in people}
        assert f"“Talk-title” is now on {talk.time_in_words()}" in told()[seated.public_id]
        assert "Talk-title" in told()[speaker.public_id]
        assert str(table) in told()[host.public_id]
        assert "Talk-title" not in told()[coming.public_id]
        assert {loss.participant for loss in Loss.objects.filter(kind="moved")} == set(people)
        assert SignUp.objects.get().during.lower == talk.starts_at

    def test_registration_typed_at_once_means_what_was_typed(self, organiser, bangkok):
        SessionFactory(workshop=bangkok)
        typed = {"registration_closes_at_0": f"{bangkok.starts_on}"}

        asked = send(organiser, bangkok, **later(bangkok), **typed)
        answered(organiser, asked, "along-moment")

        closes_at = Workshop.objects.get().registration_closes_at
        assert closes_at.astimezone(bangkok.zone).date() == bangkok.starts_on

    def test_contact_is_told_the_dates_and_no_session(self, organiser, bangkok):
        person = ParticipantFactory(workshop=bangkok, user=None, contact=UserFactory())
        talk = SessionFactory(workshop=bangkok, title="Talk-title", seats=5)
        actions.sign_up(session=talk, participant=person)

        asked = answered(organiser, send(organiser, bangkok, **later(bangkok)), "along-moment")
        agreed(organiser, asked)

        assert "Talk-title" not in told()[person.public_id]

    def test_closed_sessions_title_goes_to_nobody_whom_it_no_longer_admits(
        self, organiser, bangkok
    ):
        person = ParticipantFactory(workshop=bangkok)
        talk = SessionFactory(workshop=bangkok, title="Secret-title", seats=5)
        actions.sign_up(session=talk, participant=person)
        Session.objects.update(access="restricted")

        asked = answered(organiser, send(organiser, bangkok, **later(bangkok)), "along-moment")
        agreed(organiser, asked)

        assert "Secret-title" not in told()[person.public_id]

    def test_move_is_in_the_history_of_workshop_session_and_cafe(self, organiser, bangkok):
        member = AffiliationFactory(workshop=bangkok)
        session = SessionFactory(workshop=bangkok, admits=[member])
        CafeFactory(session__workshop=bangkok)

        asked = answered(organiser, send(organiser, bangkok, **later(bangkok)), "along-moment")
        page = organiser.get(reverse("admin:agenda_session_history", args=[session.pk]))

        assert asked.status_code == 302
        record = session.history.first()
        assert record.history_change_reason == "moved along with the workshop, +7 days"
        assert record.history_user is not None
        assert record.history_address is not None
        assert [each.affiliation for each in record.affiliations.all()] == [member]
        assert Cafe.objects.get().history.first().history_change_reason
        assert Workshop.objects.get().history.first().starts_on == bangkok.starts_on + WEEK
        assert "moved along with the workshop" in page.content.decode()

    def test_programme_may_stay_where_it_fits(self, organiser, bangkok):
        session = SessionFactory(workshop=bangkok)

        asked = send(organiser, bangkok, starts_on=bangkok.starts_on - timedelta(days=1))
        saved = answered(organiser, asked, "stay-moment")

        assert saved.status_code == 302
        assert Workshop.objects.get().starts_on == bangkok.starts_on - timedelta(days=1)
        assert Session.objects.get().starts_at == session.starts_at

    def test_answer_that_leaves_something_outside_is_none(self, organiser, bangkok):
        SessionFactory(workshop=bangkok)

        asked = send(organiser, bangkok, **later(bangkok))
        again = answered(organiser, asked, "stay-moment")

        assert "Choose one of the answers that are possible." in again.content.decode()
        assert Workshop.objects.get().starts_on == bangkok.starts_on

    def test_shorter_workshop_names_what_it_would_leave_and_offers_nothing(
        self, organiser, bangkok
    ):
        SessionFactory(workshop=bangkok, title="Last-title", starts_at=moment(bangkok, day=3))

        asked = send(organiser, bangkok, ends_on=bangkok.ends_on - timedelta(days=1))

        page = asked.content.decode()
        assert "Last-title" in page
        assert 'type="radio"' not in page

    def test_back_to_the_form_keeps_what_was_typed(self, organiser, bangkok):
        SessionFactory(workshop=bangkok)
        asked = send(organiser, bangkok, venue="Hill Hotel", **later(bangkok))
        fields = dict(asked.context["fields"])

        form = organiser.post(asked.wsgi_request.get_full_path(), fields | {"_back": "Back"})

        page = form.content.decode()
        assert "Nothing is saved yet." in page
        assert 'value="Hill Hotel"' in page
        assert Workshop.objects.get().venue != "Hill Hotel"

    def test_new_dates_of_a_workshop_with_nothing_in_it_are_not_asked_about(
        self, organiser, bangkok
    ):
        assert send(organiser, bangkok, **later(bangkok)).status_code == 302

    def test_registration_that_would_close_before_it_opened_is_told(self, organiser, bangkok):
        SessionFactory(workshop=bangkok)
        now = timezone.now()
        Workshop.objects.update(
            registration_opens_at=now - timedelta(hours=2), registration_closes_at=now + WEEK
        )

        by = timedelta(days=-20)
        asked = send(organiser, bangkok, **later(bangkok, by))
        refused = answered(organiser, asked, "along-moment")

        assert "Registration would close before it opens" in refused.content.decode()
        assert Workshop.objects.get().starts_on == bangkok.starts_on


class TestZone:
    def test_zone_asks_and_saves_nothing_until_it_is_answered(self, organiser, bangkok):
        SessionFactory(workshop=bangkok)

        asked = send(organiser, bangkok, timezone="Asia/Tokyo")

        assert "09:00 stays 09:00, now in Asia/Tokyo" in text_of(asked)
        assert "09:00 in Asia/Bangkok becomes 11:00 in Asia/Tokyo" in text_of(asked)
        assert Workshop.objects.get().timezone == "Asia/Bangkok"

    def test_clock_on_the_wall_is_kept_and_told(self, organiser, bangkok):
        person, other = ParticipantFactory.create_batch(2, workshop=bangkok)
        session = SessionFactory(workshop=bangkok, title="Talk-title", seats=5)
        actions.sign_up(session=session, participant=person)
        CafeFactory(session__workshop=bangkok)

        asked = answered(organiser, send(organiser, bangkok, timezone="Asia/Tokyo"), "stay-clock")
        agreed(organiser, asked)

        session.refresh_from_db()
        assert session.starts_at == moment(bangkok) - timedelta(hours=2)
        after = Workshop.objects.get()
        assert session.starts_at.astimezone(after.zone).hour == 9
        for name in ("registration_opens_at", "registration_closes_at"):
            before = getattr(bangkok, name).astimezone(ZoneInfo("Asia/Bangkok"))
            now = getattr(after, name).astimezone(ZoneInfo("Asia/Tokyo"))
            assert now.replace(tzinfo=None) == before.replace(tzinfo=None)
        assert set(told()) == {person.public_id}
        assert "Asia/Tokyo" in told()[person.public_id]
        assert session.history.first().history_change_reason == "the workshop’s time zone changed"

    def test_moment_is_kept_and_nobody_is_told(self, organiser, bangkok):
        person = ParticipantFactory(workshop=bangkok)
        session = SessionFactory(workshop=bangkok, seats=5)
        actions.sign_up(session=session, participant=person)

        saved = answered(organiser, send(organiser, bangkok, timezone="Asia/Tokyo"), "stay-moment")

        assert saved.status_code == 302
        after = Workshop.objects.get()
        assert after.timezone == "Asia/Tokyo"
        assert after.registration_opens_at == bangkok.registration_opens_at
        assert Session.objects.get().starts_at == session.starts_at
        assert not told()

    def test_dates_and_zone_at_once_are_four_answers(self, organiser, bangkok):
        SessionFactory(workshop=bangkok, starts_at=moment(bangkok, hour=23))

        asked = send(organiser, bangkok, timezone="Asia/Tokyo", **later(bangkok))
        saved = answered(organiser, asked, "along-clock")

        assert [each.key for each in asked.context["choices"]] == [
            "along-clock", "along-moment", "stay-clock", "stay-moment",
        ]  # fmt: skip
        assert saved.status_code == 302
        after = Workshop.objects.get()
        assert Session.objects.get().starts_at == moment(after, hour=23)

    def test_moment_that_falls_past_the_last_day_is_named(self, organiser, bangkok):
        SessionFactory(
            workshop=bangkok, title="Night-title", starts_at=moment(bangkok, day=3, hour=22)
        )

        asked = send(organiser, bangkok, timezone="Pacific/Auckland")

        by_key = {each.key: each.outside for each in asked.context["choices"]}
        assert not by_key["stay-clock"]
        assert "Night-title" in by_key["stay-moment"][0].label


def test_two_hundred_sessions_move_with_the_queries_of_two(organiser, bangkok):
    people = [ParticipantFactory(workshop=bangkok) for _n in range(2)]

    def queries_with(more: int) -> int:
        workshop, room = Workshop.objects.get(), RoomFactory(workshop=bangkok)
        for n in range(more):
            at = moment(workshop, day=n % 4) + timedelta(minutes=5 * (n // 4))
            until = at + timedelta(minutes=5)
            session = SessionFactory(
                workshop=bangkok, room=room, starts_at=at, ends_at=until, seats=5
            )
            give_role(session=session, participant=people[0], role="speaker")
        asked = answered(organiser, send(organiser, workshop, **later(workshop)), "along-moment")
        with CaptureQueriesContext(connection) as captured:
            agreed(organiser, asked, follow=False)
        assert Workshop.objects.get().starts_on == workshop.starts_on + WEEK
        return len(captured)

    assert queries_with(2) == queries_with(198)
