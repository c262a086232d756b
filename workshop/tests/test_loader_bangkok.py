"""The file for Bangkok: every fact that the organisers' own document counts, and who sees what."""

from collections import Counter, defaultdict
from datetime import date, time, timedelta
from itertools import combinations

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from agenda.listing import entries
from agenda.models import Session
from foundation.series.models import Partner, Resource, Workshop
from registration.access import Viewer
from registration.tests.factories import ParticipantFactory
from workshop.workshop_file import load
from worldcafe.models import Table

pytestmark = pytest.mark.django_db

FILE = settings.BASE_DIR / "examples" / "bangkok-2024.yaml"
MEMBER_COUNTRIES = ["KH", "ID", "JP", "MY", "MN", "NZ", "PH", "WS", "KR", "TW", "TH", "VN"]
PARTNER_COUNTRIES = ["AU", "CN", "FJ", "PG", "SB", "SG", "TL"]
AREAS = ["strengthen systems", "generate actionable research", "design technology tools"]
DISRUPTING_HARM = ["Cambodia", "Indonesia", "Malaysia", "the Philippines", "Thailand", "Viet Nam"]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The file, loaded once for all tests, each of which works on it inside a savepoint."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(FILE).workshop.pk
        transaction.set_rollback(True)


@pytest.fixture
def bangkok(loaded, db):
    return Workshop.objects.get(pk=loaded)


def day_of(session) -> int:
    """1 to 4."""
    on = session.starts_at.astimezone(session.workshop.zone).date()
    return (on - session.workshop.starts_on).days + 1


def clocks(session) -> tuple[time, time]:
    zone = session.workshop.zone
    return tuple(at.astimezone(zone).time() for at in (session.starts_at, session.ends_at))


def by_day(sessions) -> dict[int, list]:
    days = defaultdict(list)
    for session in sessions:
        days[day_of(session)].append(session)
    return days


def countries(organisations) -> Counter:
    return Counter(organisation.country.code for organisation in organisations)


class TestWhatTheNoteSays:
    def test_when_and_where(self, bangkok):
        assert (bangkok.starts_on, bangkok.ends_on) == (date(2024, 3, 4), date(2024, 3, 7))
        assert bangkok.timezone == "Asia/Bangkok"
        assert bangkok.venue == "Pullman Bangkok King Power"
        assert (bangkok.city, bangkok.country.code) == ("Bangkok", "TH")
        assert bangkok.region == "Southeast Asia, East Asia and the Pacific"
        assert bangkok.is_published

    def test_who_is_behind_it(self, bangkok):
        names = defaultdict(list)
        for partner in bangkok.partners.filter(member_of=None):
            names[partner.part].append(partner.name)
        alliance = bangkok.partners.get(name="Down to Zero Alliance")

        assert names == {
            Partner.Part.CONVENER: ["ECPAT International"],
            Partner.Part.FUNDER: ["Safe Online"],
            Partner.Part.PARTNER: ["UNODC", "Kindernothilfe", "Down to Zero Alliance"],
            Partner.Part.DONOR: ["Sida", "Oak Foundation"],
        }
        assert alliance.members.count() == 6
        assert "Step Up the Fight Against Sexual Exploitation of Children" in alliance.text

    def test_contacts_are_roles_at_made_up_addresses(self, bangkok):
        contacts = list(bangkok.contacts.all())

        assert len(contacts) == 2
        assert {contact.name for contact in contacts} == {""}
        assert all(contact.email.endswith("@example.org") for contact in contacts)

    def test_no_address_on_the_web_is_invented(self, bangkok):
        assert not bangkok.partners.exclude(url="").exists()
        assert not bangkok.resources.exclude(url="").exists()

    def test_resources(self, bangkok):
        kinds = Counter(bangkok.resources.values_list("kind", flat=True))
        languages = {
            (resource.country.code, resource.kind): resource.languages
            for resource in bangkok.resources.exclude(kind=Resource.Kind.INSIGHT)
        }

        assert kinds == {"report": 6, "briefing": 6, "insight": 10}
        assert languages == {
            (country, kind): spoken
            for country, spoken in {
                "KH": "English, Khmer",
                "ID": "English, Bahasa Indonesia",
                "MY": "English, Malay",
                "TH": "English, Thai",
                "PH": "",
                "VN": "English, Vietnamese",
            }.items()
            for kind in ("report", "briefing")
        }

    def test_members_and_partners_by_country(self, bangkok):
        members = countries(bangkok.organisations.filter(affiliations__slug="ecpat-member"))
        partners = countries(
            bangkok.organisations.filter(affiliations__slug="collaborating-partner")
        )

        expected = dict.fromkeys([*MEMBER_COUNTRIES, "NP", "PK"], 1)
        assert members == expected | {"JP": 2, "MY": 3}
        assert partners == dict.fromkeys(PARTNER_COUNTRIES, 1)

    def test_grantees_work_in_three_areas(self, bangkok):
        grantees = bangkok.organisations.filter(affiliations__slug="safe-online-grantee")

        areas = Counter(organisation.name.partition(": ")[2] for organisation in grantees)
        assert areas.keys() == set(AREAS)
        assert areas.total() > 20

    def test_agencies_and_partners_are_invited(self, bangkok):
        experts = bangkok.organisations.filter(affiliations__slug="expert")
        partners = bangkok.organisations.filter(affiliations__slug="partner")

        assert {"UNODC", "UNICEF", "INTERPOL"} <= set(experts.values_list("name", flat=True))
        assert partners.filter(name__contains="ocal partner of").count() == 2

    def test_every_organisation_has_a_country_an_affiliation_and_seats(self, bangkok):
        organisations = bangkok.organisations

        assert not organisations.filter(affiliations=None).exists()
        assert not organisations.filter(seats=None).exists()
        assert not organisations.filter(country="").exists()
        assert sum(organisations.values_list("seats", flat=True)) <= bangkok.seats

    def test_what_the_note_does_not_name_is_marked(self):
        named = {
            "UNODC", "UNICEF", "INTERPOL", "Kindernothilfe", "Down to Zero Alliance",
            "Safe Online", "ECPAT International",
        }  # fmt: skip
        lines = [line for line in FILE.read_text().splitlines() if line.startswith('  - {name: "')]

        unmarked = {line.split('"')[1] for line in lines if not line.endswith("# made up")}

        assert unmarked == named


class TestProgramme:
    def test_every_day_has_focus_and_method(self, bangkok):
        days = list(bangkok.days.all())

        assert [day.on for day in days] == bangkok.dates
        assert all(day.focus and day.method for day in days)

    def test_no_session_overlaps_another_in_its_room_and_all_have_one(self, bangkok):
        sessions = list(bangkok.sessions.select_related("room", "workshop"))

        clashes = [
            (one.slug, other.slug)
            for one, other in combinations(sessions, 2)
            if one.room == other.room
            and one.starts_at < other.ends_at
            and other.starts_at < one.ends_at
        ]

        assert clashes == []
        assert [session.slug for session in sessions if session.room is None] == [
            "dinner-of-members"
        ]

    @pytest.mark.parametrize("affiliation", ["ecpat-member", "safe-online-grantee"])
    def test_only_what_one_signs_up_for_runs_at_the_same_time(self, bangkok, affiliation):
        person = ParticipantFactory(
            workshop=bangkok, verified=[bangkok.affiliations.get(slug=affiliation)]
        )
        viewer = Viewer.of_participant(person)
        sessions = list(Session.objects.visible_to(viewer))

        overlaps = [
            (one.slug, other.slug)
            for one, other in combinations(sessions, 2)
            if one.starts_at < other.ends_at and other.starts_at < one.ends_at
            if not (one.seats and other.seats)
        ]

        clinic = ("culture-or-policy", "safeguarding-clinic")  # in parallel on purpose
        assert overlaps == ([clinic] if affiliation == "ecpat-member" else [])

    def test_days_run_without_a_gap_from_arrival_to_the_end(self, bangkok):
        for number, sessions in by_day(bangkok.sessions.exclude(kind="social")).items():
            ends_at = min(session.starts_at for session in sessions)
            for session in sorted(sessions, key=lambda session: session.starts_at):
                assert session.starts_at <= ends_at, (number, session.slug)
                ends_at = max(ends_at, session.ends_at)

    def test_every_day_opens_breaks_and_closes(self, bangkok):
        for sessions in by_day(bangkok.sessions.all()).values():
            titles = " ".join(session.title for session in sessions)

            assert "Opening" in titles
            assert "Closing" in titles
            assert {"Morning break", "Lunch", "Afternoon break"} <= {
                session.title for session in sessions
            }

    def test_first_and_last_day_are_restricted_and_the_others_open(self, bangkok):
        for number, sessions in by_day(bangkok.sessions.all()).items():
            access = {session.access for session in sessions}
            assert access == ({"restricted"} if number in (1, 4) else {"open"})
            listings = {session.listing for session in sessions}
            if number in (1, 4):
                assert listings == {"locked", "hidden"}

    def test_thematic_tables_on_the_first_day_have_limited_places(self, bangkok):
        tables = list(bangkok.sessions.filter(kind="thematic-table"))

        assert len(tables) == 6
        assert {day_of(table) for table in tables} == {1}
        assert all(table.seats <= table.room.seats for table in tables)

    def test_six_countries_have_a_working_group_on_the_second_day(self, bangkok):
        groups = list(bangkok.sessions.filter(slug__startswith="group-"))

        assert [group.title.partition("Harm in ")[2] for group in groups] == DISRUPTING_HARM
        assert {(day_of(group), *clocks(group)) for group in groups} == {
            (2, time(11), time(12, 30))
        }
        assert sum(group.seats for group in groups) >= bangkok.seats

    @pytest.mark.parametrize("number", [2, 3])
    def test_world_cafe_is_the_last_hour_with_twelve_tables(self, bangkok, number):
        cafe = bangkok.sessions.get(slug=f"world-cafe-day-{number}")
        last = max(by_day(bangkok.sessions.all())[number], key=lambda session: session.ends_at)

        assert cafe == last
        assert cafe.ends_at - cafe.starts_at == timedelta(hours=1)
        assert list(cafe.cafe.tables.values_list("number", flat=True)) == list(range(1, 13))

    def test_tables_stand_apart_and_off_the_walls(self, bangkok):
        tables = list(Table.objects.filter(cafe__session__slug="world-cafe-day-2"))

        assert all(10 <= table.x <= 90 and 10 <= table.y <= 90 for table in tables)
        assert all(
            abs(one.x - other.x) >= 20 or abs(one.y - other.y) >= 20
            for one, other in combinations(tables, 2)
        )


class TestWhoSeesWhat:
    @pytest.fixture
    def read_by(self, bangkok):
        """The slugs on each day that the holder of an affiliation reads in full, and all listed."""

        def read(*affiliations, invited_to=None):
            rows = [bangkok.affiliations.get(slug=slug) for slug in affiliations]
            person = ParticipantFactory(workshop=bangkok, verified=rows)
            if invited_to:
                bangkok.sessions.get(slug=invited_to).invitees.add(person)
            viewer = Viewer.of_participant(person)
            shown = defaultdict(set), defaultdict(set)
            for entry in entries(Session.objects.listed_for(viewer), viewer):
                number = (entry.starts_at.date() - bangkok.starts_on).days + 1
                shown[not entry.is_visible][number].add(entry.slug)
            return shown

        return read

    def test_member_reads_every_day_but_not_the_grantees_forum(self, bangkok, read_by):
        read, locked = read_by("ecpat-member")

        all_slugs = set(bangkok.sessions.values_list("slug", flat=True))
        forum = {slug for slug in all_slugs if slug.startswith("forum-")}
        assert set.union(*read.values()) == all_slugs - forum
        assert set.union(*locked.values()) == set(
            bangkok.sessions.filter(kind="forum").values_list("slug", flat=True)
        )

    def test_grantee_reads_the_forum_and_the_open_days_alone(self, bangkok, read_by):
        read, locked = read_by("safe-online-grantee")

        assert all(slug.startswith("forum-") for slug in read[1] | read[4])
        assert len(read[1]) == 7
        assert len(read[4]) == 1
        assert read[2] | read[3] == {
            session.slug for session in bangkok.sessions.filter(access="open")
        }
        assert "table-support-for-survivors" not in locked[1]
        assert "table-travel-and-tourism" in locked[1]

    @pytest.mark.parametrize("affiliation", ["collaborating-partner", "partner", "expert"])
    def test_others_read_the_open_days_alone(self, read_by, affiliation):
        read, locked = read_by(affiliation)

        assert read.keys() == {2, 3}
        assert locked.keys() == {1, 4}

    def test_expert_invited_by_name_reads_that_session_too(self, read_by):
        read, _locked = read_by("expert", invited_to="table-support-for-survivors")

        assert read[1] == {"table-support-for-survivors"}


def test_loaded_ten_weeks_ahead_registration_and_reservation_are_open():
    in_ten_weeks = timezone.now().date() + timedelta(weeks=10)
    for days in range(7):
        workshop = load(FILE, starts_on=in_ten_weeks - timedelta(days=days)).workshop

        cafes = [session.cafe for session in workshop.sessions.exclude(cafe=None)]
        assert workshop.registration_is_open()
        assert [cafe.reservations_are_open() for cafe in cafes] == [True, True]


def test_loading_again_changes_nothing(bangkok):
    again = load(FILE)

    assert (again.workshop, again.created, again.changed) == (bangkok, 0, 0)
