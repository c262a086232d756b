"""Loading a workshop from a file: created, repeated, changed, moved, and what people did kept."""

from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection

from agenda import actions
from agenda.models import Room, Session, SignUp, Track
from agenda.tests.factories import SessionFactory
from foundation.core.refusals import Refused
from foundation.series.models import Contact, Partner, Resource, Workshop
from registration.models import Affiliation, Attendance, Organisation, Participant
from registration.tests.factories import TOLD, ParticipantFactory, SubmissionFactory
from workshop.tests.workshop_files import (
    CAFE,
    MEMBERS,
    SMALL,
    by_an_organiser,
    clock,
    with_,
    written,
)
from workshop.workshop_file import load, write
from worldcafe.models import Cafe, Reservation, Table
from worldcafe.tests.factories import ReservationFactory

pytestmark = pytest.mark.django_db

MODELS = [
    Affiliation, Cafe, Contact, Organisation, Partner, Resource, Room, Session, Table, Track,
    Workshop,
]  # fmt: skip
THREADS = 20
GRANTEE = "  - {name: Grantee in Laos, country: LA, affiliations: [grantee]}\n"
GRANTEES = "  - {slug: grantee, name: Grantee}\n"


@pytest.fixture
def load_text(tmp_path):
    return lambda text=SMALL, **options: load(written(tmp_path, text), **options)


def rows() -> dict:
    """All that is stored, but for when a session was changed last."""
    return {model: sorted(model.objects.values_list(*columns(model))) for model in MODELS}


def columns(model) -> list[str]:
    return [field.attname for field in model._meta.fields if field.name != "updated_at"]


class TestWriting:
    def test_file_becomes_a_workshop(self, load_text):
        loaded = load_text()

        workshop = Workshop.objects.get()
        opening, members, cafe = workshop.sessions.order_by("starts_at")
        assert loaded.workshop == workshop
        assert (workshop.slug, str(workshop.starts_on), workshop.seats) == (
            "hanoi-2031",
            "2031-05-05",
            60,
        )
        assert clock(workshop.registration_closes_at) == "2031-04-20 18:00"
        assert (opening.room.name, opening.track.name, opening.seats) == ("Hall", "Main", None)
        assert (clock(members.starts_at), clock(members.ends_at)) == (
            "2031-05-05 10:30",
            "2031-05-05 12:00",
        )
        assert [affiliation.slug for affiliation in members.affiliations.all()] == ["member"]
        assert [(table.number, table.x, table.note) for table in cafe.cafe.tables.all()] == [
            (1, 20, ""),
            (2, 80, "Beside the window"),
        ]
        assert [str(partner.member_of) for partner in workshop.partners.all()] == [
            "None",
            "Alliance",
            "Alliance",
        ]

    def test_unknown_slug_creates_a_second_workshop_and_leaves_the_first(self, load_text):
        first = load_text().workshop

        second = load_text(slug="hue-2031").workshop

        assert first.sessions.count() == second.sessions.count() == 3
        assert not second.sessions.filter(affiliations__workshop=first).exists()

    def test_repeating_changes_nothing(self, load_text):
        load_text()
        before = rows()

        again = load_text()

        assert rows() == before
        assert (again.created, again.changed, again.removed, again.kept) == (0, 0, [], [])

    @pytest.mark.parametrize(
        ("old", "new", "model", "name"),
        [
            ("venue: Lakeside Hotel", "venue: Hill Hotel", Workshop, "venue"),
            ("Be kind.", "Be very kind.", Workshop, "code_of_conduct"),
            ("languages: English", "languages: Thai", Resource, "languages"),
            ("name: Grantee}", "name: Grantees}", Affiliation, "name"),
            ("VN, affiliations: [member], seats: 2", "VN, affiliations: [member], seats: 3",
             Organisation, "seats"),
            ("seats: 80", "seats: 90", Room, "seats"),
            ("ends: 12:00", "ends: 12:15", Session, "ends_at"),
            ("room: Garden room", "room: Hall", Session, "room_id"),
            ("2031-03-01 09:00", "2031-03-02 09:00", Cafe, "reservations_open_at"),
            ("x: 20", "x: 30", Table, "x"),
        ],
    )  # fmt: skip
    def test_changed_value_changes_that_row_alone(self, load_text, old, new, model, name):
        load_text()
        before = {(table, row["id"]): row for table in MODELS for row in table.objects.values()}

        loaded = load_text(with_(old, new))

        after = {(table, row["id"]): row for table in MODELS for row in table.objects.values()}
        changed = {
            (key[0], field)
            for key, row in after.items()
            for field, value in row.items()
            if before[key][field] != value
        }
        assert changed - {(Session, "updated_at")} == {(model, name)}
        assert (loaded.created, loaded.changed) == (0, 1)

    def test_changed_relation_counts_as_a_change(self, load_text):
        load_text()

        loaded = load_text(with_("admits: [member]", "admits: [member, grantee]"))

        assert loaded.changed == 1
        assert Session.objects.get(slug="members").affiliations.count() == 2

    def test_sessions_trade_rooms_and_times(self, load_text):
        load_text()
        text = with_("room: Garden room", "room: Attic").replace("room: Hall", "room: Garden room")
        text = text.replace("room: Attic", "room: Hall")

        load_text(text)

        rooms = {session.slug: session.room.name for session in Session.objects.all()}
        assert rooms == {"opening": "Garden room", "members": "Hall", "cafe": "Garden room"}

    def test_clock_shown_twice_is_no_change(self, load_text):
        text = with_("Asia/Ho_Chi_Minh", "Europe/Paris")
        text = with_("starts: 09:00", "starts: 02:30", text)
        load_text(text, starts_on=date(2031, 10, 26))  # the night when 02:30 comes twice

        again = load_text(text, starts_on=date(2031, 10, 26))

        assert again.changed == 0


class TestLeavingTheFile:
    def test_what_nobody_uses_is_removed_and_told(self, load_text):
        load_text()
        text = with_(MEMBERS, "")
        text = with_("  - {name: Garden room}\n", "", text)
        text = with_(
            "  - {name: Grantee in Laos, country: LA, affiliations: [grantee]}\n", "", text
        )
        text = with_("  - {slug: grantee, name: Grantee}\n", "", text)
        text = with_(", Second member]", "]", text)
        text = with_("        - {number: 2, x: 80, y: 50, note: Beside the window}\n", "", text)

        loaded = load_text(text)

        assert sorted(loaded.removed) == [
            "affiliation “Grantee”",
            "organisation “Grantee in Laos”",
            "partner “Second member”",
            "room “Garden room”",
            "session “Members”",
            "table “Table 2”",
        ]
        assert (loaded.created, loaded.changed, loaded.kept) == (0, 0, [])

    def test_session_stays_where_people_hang_on_it(self, load_text):
        workshop = load_text().workshop
        session = Session.objects.get(slug="members")
        session.invitees.add(ParticipantFactory(workshop=workshop))

        loaded = load_text(with_(MEMBERS, "").replace("  - {name: Garden room}\n", ""))

        assert loaded.kept == [
            "session “Members” is not in the file but stays: people are invited to it, have signed "
            "up or speak there.",
            "room “Garden room” is not in the file but stays: a session that stays is in it.",
        ]
        assert Session.objects.filter(slug="members", room__name="Garden room").exists()

    def test_reserved_tables_and_their_cafe_stay(self, load_text):
        load_text()
        ReservationFactory(table=Table.objects.get(number=2))
        fewer = with_("        - {number: 2, x: 80, y: 50, note: Beside the window}\n", "")

        without_table = load_text(fewer)
        without_cafe = load_text(SMALL[: SMALL.index("  - slug: cafe")])

        assert without_table.kept == [
            "table “Table 2” is not in the file but stays: it was reserved."
        ]
        assert without_cafe.kept == [
            "session “World Café” is not in the file but stays: its tables were reserved."
        ]
        assert Reservation.objects.get().table.cafe.session.slug == "cafe"

    def test_cafe_leaves_a_session_that_becomes_another(self, load_text):
        load_text()

        loaded = load_text(with_(CAFE, "").replace("kind: world-cafe", "kind: social"))

        assert loaded.removed == ["World Café “World Café”"]
        assert not Table.objects.exists()

    def test_organisation_stays_where_people_come_from_it(self, load_text):
        workshop = load_text().workshop
        organisation = Organisation.objects.get(name="Grantee in Laos")
        ParticipantFactory(workshop=workshop, organisation=organisation)

        loaded = load_text(
            with_(
                "  - {name: Grantee in Laos, country: LA, affiliations: [grantee]}\n", ""
            ).replace("  - {slug: grantee, name: Grantee}\n", "")
        )

        assert loaded.kept == [
            "organisation “Grantee in Laos” is not in the file but stays: people come from it.",
            "affiliation “Grantee” is not in the file but stays: people, invitations, organisations"
            " or sessions have it.",
        ]

    def test_what_organisers_added_stays(self, load_text):
        workshop = load_text().workshop
        added = SessionFactory(workshop=workshop, slug="added")
        by_an_organiser(added, title="Added")

        loaded = load_text()

        assert loaded.kept == [
            "session “Added” is not in the file but stays: an organiser made or changed it in the "
            "admin."
        ]
        assert Session.objects.filter(slug="added").exists()


class TestMoving:
    def moments(self) -> list[str]:
        zone = Workshop.objects.get().timezone
        found = [
            *Workshop.objects.values_list("registration_opens_at", "registration_closes_at"),
            *Session.objects.values_list("starts_at", "ends_at"),
            *Cafe.objects.values_list("reservations_open_at", "reservations_close_at"),
        ]
        return [clock(at, zone) for pair in found for at in pair]

    def days(self) -> list[date]:
        workshop = Workshop.objects.get()
        return [workshop.starts_on, workshop.ends_on, *workshop.days.values_list("on", flat=True)]

    @pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Europe/Paris", "America/Santiago"])
    @pytest.mark.parametrize("by", [-7, -1, 1, 2, 170, 1000])
    def test_everything_moves_by_whole_days_with_the_clock_kept(self, load_text, zone, by):
        text = with_("Asia/Ho_Chi_Minh", zone)
        load_text(text)
        moments, days, rooms = self.moments(), self.days(), Room.objects.count()

        load_text(text, starts_on=date(2031, 5, 5) + timedelta(days=by))

        def moved(moment):
            at = datetime.strptime(moment, "%Y-%m-%d %H:%M") + timedelta(days=by)
            return f"{at:%Y-%m-%d %H:%M}"

        assert self.moments() == [moved(moment) for moment in moments]
        assert self.days() == [day + timedelta(days=by) for day in days]
        assert Room.objects.count() == rooms

    def test_there_and_back_leaves_everything_as_it_was(self, load_text):
        load_text()
        before = rows()
        days = list(Workshop.objects.get().days.values_list())

        load_text(starts_on=date(2031, 5, 6))
        load_text(starts_on=date(2031, 11, 3))
        loaded = load_text()

        assert rows() == before
        assert list(Workshop.objects.get().days.values_list()) == days
        assert (loaded.removed, loaded.kept, loaded.overwritten) == ([], [], [])

    def test_people_move_along(self, load_text):
        workshop = load_text().workshop
        session = Session.objects.get(slug="members")
        member = workshop.affiliations.get(slug="member")
        person = ParticipantFactory(workshop=workshop, verified=[member])
        for on in workshop.dates:
            Attendance.objects.create(participant=person, on=on)
        told = TOLD | {"days": [workshop.dates[1].isoformat()]}
        form = SubmissionFactory(workshop=workshop, answers=told)
        reservation = ReservationFactory(table=Table.objects.get(number=2), host=person)
        signed_up = actions.sign_up(session=session, participant=person)
        session.invitees.add(person)

        load_text(starts_on=date(2031, 5, 6))

        session.refresh_from_db()
        assert list(person.attendances.values_list("on", flat=True)) == [
            date(2031, 5, 6),
            date(2031, 5, 7),
        ]
        form.refresh_from_db()
        assert form.answers["days"] == ["2031-05-07"]
        assert Participant.objects.get() == person
        assert SignUp.objects.get() == signed_up
        assert SignUp.objects.get().during.lower == session.starts_at
        assert Reservation.objects.get() == reservation
        assert list(session.invitees.all()) == [person]

    @pytest.mark.django_db(transaction=True)
    def test_session_and_cafe_that_left_the_file_move_along(self, load_text):
        load_text()
        by_an_organiser(Session.objects.get(slug="cafe"), seats=50)
        text = SMALL[: SMALL.index("  - slug: cafe")]

        load_text(text, starts_on=date(2031, 5, 12))

        cafe = Cafe.objects.get()
        assert clock(cafe.session.starts_at) == "2031-05-13 16:00"
        assert clock(cafe.reservations_open_at) == "2031-03-08 09:00"

    def test_sign_ups_that_would_overlap_refuse_the_file(self, load_text):
        text = with_(
            "access: open\n  - slug: members", "access: open\n    seats: 9\n  - slug: members"
        )
        text = with_(
            "access: restricted\n    listing: locked\n    admits: [member]", "access: open", text
        )
        workshop = load_text(text).workshop
        person = ParticipantFactory(workshop=workshop)
        for slug in ("opening", "members"):
            actions.sign_up(session=Session.objects.get(slug=slug), participant=person)

        with pytest.raises(Refused) as caught:
            load_text(with_("starts: 10:30", "starts: 09:30", text))

        assert caught.value.code == "overlap"
        assert clock(Session.objects.get(slug="members").starts_at) == "2031-05-05 10:30"


def race(path) -> list[str]:
    """Everybody loads the file at once, each on a connection of their own; what each made of it."""
    told, start = [], Barrier(THREADS)

    def run():
        try:
            start.wait()
            loaded = load(path)
            told.append("created" if loaded.created else "found")
        except IntegrityError:
            told.append("failed")
        finally:
            connection.close()

    threads = [Thread(target=run) for _n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.django_db(transaction=True)
def test_loads_at_the_same_time_make_one_workshop(tmp_path):
    told = race(written(tmp_path, SMALL))

    assert told == ["created"] + ["found"] * (THREADS - 1)
    assert [Workshop.objects.count(), Session.objects.count(), Table.objects.count()] == [1, 3, 2]


@pytest.mark.django_db(transaction=True)
def test_loads_at_the_same_time_fail_without_the_lock(tmp_path, monkeypatch):
    monkeypatch.setattr(write, "_lock_slug", lambda slug: None)

    assert "failed" in race(written(tmp_path, SMALL))


def test_clock_is_read_in_the_workshops_own_zone(load_text):
    load_text(with_("Asia/Ho_Chi_Minh", "America/Santiago"))

    starts_at = Session.objects.get(slug="opening").starts_at
    assert starts_at.astimezone(ZoneInfo("America/Santiago")).time() == time(9)
