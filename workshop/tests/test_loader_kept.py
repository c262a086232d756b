"""Loading a file again: what organisers changed since is kept, or overwritten, and told."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from agenda import actions
from agenda.models import Room, Session, SignUp, Track
from foundation.mail.models import Message
from foundation.series.models import Contact, Workshop
from registration.tests.factories import ParticipantFactory
from workshop.tests.workshop_files import MEMBERS, SMALL, by_an_organiser, clock, with_, written
from workshop.workshop_file import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def load_text(tmp_path):
    return lambda text=SMALL, **options: load(written(tmp_path, text), **options)


class TestOrganisersInBetween:
    @pytest.mark.parametrize("text", [SMALL, with_("title: Opening", "title: Welcome")])
    def test_their_change_is_kept_and_told_each_time(self, load_text, text):
        load_text()
        by_an_organiser(Session.objects.get(slug="opening"), title="Grand opening")
        by_an_organiser(Workshop.objects.get(), venue="Hill Hotel")

        for loaded in (load_text(text), load_text(text)):
            file = "Opening" if text == SMALL else "Welcome"
            assert loaded.kept == [
                "workshop “Regional Workshop, Hanoi”: venue stays “Hill Hotel”, as an organiser "
                "changed it; the file says “Lakeside Hotel”.",
                "session “Grand opening”: title stays “Grand opening”, as an organiser changed it; "
                f"the file says “{file}”.",
            ]
        assert Session.objects.get(slug="opening").title == "Grand opening"
        assert Workshop.objects.get().venue == "Hill Hotel"

    def test_file_still_changes_what_they_left_alone(self, load_text):
        load_text()
        by_an_organiser(Session.objects.get(slug="members"), title="Among ourselves")

        load_text(with_("ends: 12:00", "ends: 12:15"))

        session = Session.objects.get(slug="members")
        assert (session.title, clock(session.ends_at)) == ("Among ourselves", "2031-05-05 12:15")

    def test_rooms_days_and_contacts_are_kept_as_well(self, load_text):
        load_text()
        Room.objects.filter(name="Hall").update(name="Ballroom")
        Contact.objects.update(email="other@example.org")
        workshop = Workshop.objects.get()
        workshop.days.filter(title="First day").update(focus="Ours")
        Track.objects.all().delete()
        Room.objects.create(workshop=workshop, name="Added room")

        loaded = load_text()

        assert set(Room.objects.values_list("name", flat=True)) == {
            "Ballroom", "Garden room", "Added room",
        }  # fmt: skip
        assert Contact.objects.get().email == "other@example.org"
        assert workshop.days.filter(focus="Ours").exists()
        assert not Track.objects.exists()
        assert len(loaded.kept) == 5

    def test_whom_a_session_admits_is_kept(self, load_text):
        load_text()
        Session.objects.get(slug="members").affiliations.clear()

        loaded = load_text()

        assert not Session.objects.get(slug="members").affiliations.exists()
        assert loaded.kept == [
            "session “Members”: affiliations stays empty, as an organiser changed it; the file "
            "says “Member”."
        ]

    def test_what_they_deleted_stays_deleted(self, load_text):
        load_text()
        Session.objects.get(slug="members").delete()

        loaded = [load_text(), load_text()]

        assert not Session.objects.filter(slug="members").exists()
        assert {sentence for each in loaded for sentence in each.kept} == {
            "session “members” stays deleted: an organiser deleted it in the admin."
        }
        assert load_text(overwrite=True).created == 1

    def test_times_they_changed_are_kept_through_a_move(self, load_text):
        load_text()
        session = Session.objects.get(slug="members")
        by_an_organiser(session, ends_at=session.ends_at + timedelta(minutes=15))

        loaded = load_text(starts_on=date(2031, 5, 12))

        session.refresh_from_db()
        assert clock(session.ends_at) == "2031-05-12 12:15"
        assert len(loaded.kept) == 1

    def test_their_change_is_overwritten_where_it_is_said_and_told(self, load_text):
        load_text()
        by_an_organiser(Session.objects.get(slug="opening"), title="Grand opening")
        by_an_organiser(Workshop.objects.get(), venue="Hill Hotel")

        loaded = load_text(overwrite=True)

        assert loaded.overwritten == [
            "workshop “Regional Workshop, Hanoi”: venue was “Hill Hotel”, now “Lakeside Hotel”",
            "session “Grand opening”: title was “Grand opening”, now “Opening”",
        ]
        assert Session.objects.get(slug="opening").title == "Opening"
        assert "Grand opening" in Session.history.values_list("title", flat=True)

    def test_their_change_that_the_file_agrees_with_is_not_told(self, load_text):
        load_text()
        by_an_organiser(Session.objects.get(slug="opening"), title="Grand opening")

        loaded = load_text(with_("title: Opening", "title: Grand opening"))

        assert (loaded.changed, loaded.overwritten) == (0, [])

    def test_command_tells_what_was_removed_kept_and_overwritten(self, load_text, tmp_path):
        load_text()
        by_an_organiser(Session.objects.get(slug="members"), seats=12)
        by_an_organiser(Workshop.objects.get(), seats=70)
        text = with_(MEMBERS, "").replace(", Second member]", "]")
        said = StringIO()

        call_command("load_workshop", written(tmp_path, text), stdout=said)

        assert said.getvalue().splitlines() == [
            "Removed: partner “Second member” is no longer in the file.",
            "Kept: workshop “Regional Workshop, Hanoi”: seats stays “70”, as an organiser changed "
            "it; the file says “60”.",
            "Kept: session “Members” is not in the file but stays: an organiser made or changed it "
            "in the admin.",
            "Regional Workshop, Hanoi (hanoi-2031), 2031-05-05 to 2031-05-06: 0 entries created, "
            "0 changed.",
        ]

    def test_moved_or_narrowed_session_tells_its_people(self, load_text):
        workshop = load_text().workshop
        member = workshop.affiliations.get(slug="member")
        person = ParticipantFactory(workshop=workshop, verified=[member])
        actions.sign_up(session=Session.objects.get(slug="members"), participant=person)

        load_text(with_("starts: 10:30", "starts: 11:00"))
        moved = Message.objects.get(kind="agenda/changed")
        load_text(with_("admits: [member]", "admits: [grantee]"))

        assert "11:00–12:00" in moved.text
        assert SignUp.objects.count() == 0
        assert Message.objects.filter(kind="agenda/changed").count() == 2

    def test_moved_workshop_tells_everybody_who_is_coming_once(self, load_text):
        workshop = load_text().workshop
        person = ParticipantFactory(workshop=workshop)

        load_text(starts_on=date(2031, 5, 12))

        assert Message.objects.get().about == person.public_id
        assert Message.objects.get().kind == "workshop/moved"


def test_dry_run_shows_the_difference_and_writes_nothing(load_text, tmp_path):
    load_text()
    by_an_organiser(Workshop.objects.get(), seats=70)
    said = StringIO()

    text = with_("city: Hanoi", "city: Hue")
    call_command("load_workshop", written(tmp_path, text), dry_run=True, stdout=said)
    call_command(
        "load_workshop", written(tmp_path, SMALL), slug="another", dry_run=True, stdout=said
    )

    lines = said.getvalue().splitlines()
    assert "Changed: workshop “Regional Workshop, Hanoi”: city." in lines
    assert sum("seats stays “70”" in line for line in lines) == 1
    assert "New: session “Members”." in lines
    assert lines[-1] == "This was a dry run: nothing was written."
    assert [each.seats for each in Workshop.objects.all()] == [70]
