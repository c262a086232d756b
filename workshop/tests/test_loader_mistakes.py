"""A file that can't be loaded: every mistake with its line and place, and nothing written."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from agenda.models import Session
from foundation.series.models import Workshop
from registration.models import Organisation
from workshop.tests.workshop_files import CAFE, MEMBERS, SMALL, line_of, with_, written
from workshop.workshop_file import Mistake, Unreadable, load, write
from workshop.workshop_file.places import LARGEST

pytestmark = pytest.mark.django_db


def mistakes_of(path, **options) -> list[Mistake]:
    with pytest.raises(Unreadable) as caught:
        load(path, **options)
    assert not Workshop.objects.exists()
    return caught.value.mistakes


# What is replaced, by what, the place, and what was expected there.
ONE = {
    "unknown name": ("  region:", "  regions: x\n  region:", "workshop.regions", "not known here"),
    "unknown section": ("rooms:\n", "halls: []\nrooms:\n", "halls", "one of: workshop, partners"),
    "unknown name in an entry": ("seats: 80", "chairs: 80", "rooms.1.chairs", "known are: name"),
    "unknown name in a table": (
        "note: Beside",
        "remark: Beside",
        "sessions.3.cafe.tables.2.remark",
        "known are: number",
    ),
    "missing": ("  venue: Lakeside Hotel\n", "", "workshop.venue", "this is missing"),
    "empty": ("Lakeside Hotel", '""', "workshop.venue", "it can’t be empty"),
    "nothing": ("Lakeside Hotel", "", "workshop.venue", "text"),
    "too long": ("Lakeside Hotel", "x" * 5000, "workshop.venue", "at most 200 characters"),
    "number for text": ("Lakeside Hotel", "1234", "workshop.venue", "goes in quotes"),
    "list for text": ("Lakeside Hotel", "[a]", "workshop.venue", "text"),
    "text for a number": ("seats: 60", "seats: many", "workshop.seats", "a whole number"),
    "fraction": ("seats: 60", "seats: 1.5", "workshop.seats", "a whole number"),
    "endless number": ("seats: 60", f"seats: {'9' * 9999}", "workshop.seats", "a whole"),
    "number too small": ("seats: 80", "seats: 0", "rooms.1.seats", "a number above 0"),
    "number too large": ("seats: 80", "seats: 99999", "rooms.1.seats", "a number up to 32767"),
    "off the plan": ("x: 20", "x: 101", "sessions.3.cafe.tables.1.x", "a number up to 100"),
    "before the plan": ("x: 20", "x: -1", "sessions.3.cafe.tables.1.x", "a number from 0 up"),
    "yes for true": ("is_published: true", "is_published: yes", "workshop.is_published", "true or"),
    "text for a list": ("admits: [member]", "admits: member", "sessions.2.admits", "a list, each"),
    "list for a name": ("name: Garden room", "name: [Garden room]", "rooms.2.name", "text"),
    "text for an entry": ("- {name: Main}", "- Main", "tracks.1", "names with values: name"),
    "text for a section": ("  - {name: Main}", "  Main", "tracks", "a list, each entry"),
    "bad date": ("on: 2031-05-05, ", "on: 2031-02-30, ", "days.1.on", "something like 2024-03-04"),
    "far date": ("on: 2031-05-05, ", "on: 0031-05-05, ", "days.1.on", "a year from 2000"),
    "bad time": ("starts: 10:30", "starts: 24:30", "sessions.2.starts", "something like 09:30"),
    "bad moment": (
        "2031-02-01 09:00",
        "2031-02-01",
        "workshop.registration_opens_at",
        "something like 2024-03-04 09:30",
    ),
    "bad slug": ("slug: members", "slug: our members", "sessions.2.slug", "letters, numbers"),
    "reserved slug": ("slug: hanoi-2031", "slug: admin", "workshop.slug", "address of the site"),
    "bad zone": ("Asia/Ho_Chi_Minh", "Asia/Hanoi", "workshop.timezone", "Asia/Bangkok"),
    "bad country": ("country: LA", "country: Laos", "organisations.2.country", "such as TH"),
    "bad address": ("programme@example.org", "programme", "contacts.1.email", "such as name@"),
    "bad kind": ("kind: plenary", "kind: lecture", "sessions.1.kind", "one of: plenary, working"),
    "bad access": ("access: restricted", "access: closed", "sessions.2.access", "one of: open"),
    "unsafe link": (
        "languages: English",
        "url: 'javascript:alert(1)'",
        "resources.1.url",
        "valid URL",
    ),
    "NUL in a text": ("Lakeside Hotel", r'"a\0b"', "workshop.venue", "U+0000"),
    "escape in a text": ("Lakeside Hotel", r'"a\eb"', "workshop.venue", "U+001B"),
    "half a letter": ("Lakeside Hotel", r'"a\ud800b"', "workshop.venue", "U+D800"),
    "tag": ("Lakeside Hotel", "!!python/name:os.system x", "workshop.venue", "a plain value"),
    "tag that does not fit": ("seats: 60", "seats: !!int x", "workshop.seats", "a plain"),
    "name twice": ("  city: Hanoi\n", "  city: Hanoi\n  city: Hue\n", "workshop.city", "once only"),
    "unknown affiliation": (
        "[member], seats",
        "[friend], seats",
        "organisations.1.affiliations.1",
        "“friend” is no affiliation of this file: grantee, member",
    ),
    "unknown admitted": ("admits: [member]", "admits: [friend]", "sessions.2.admits.1", "“friend”"),
    "unknown room": ("room: Garden room", "room: Attic", "sessions.2.room", "Garden room, Hall"),
    "unknown track": ("track: Main", "track: Side", "sessions.1.track", "“Side” is no track"),
    "ends before it starts": (
        "ends_on: 2031-05-06",
        "ends_on: 2031-05-04",
        "workshop.ends_on",
        "2031-05-05 or later",
    ),
    "registration closes first": (
        "2031-04-20 18:00",
        "2031-01-20 18:00",
        "workshop.registration_closes_at",
        "later than it opens",
    ),
    "reservations close first": (
        "2031-05-01 18:00",
        "2031-02-01 18:00",
        "sessions.3.cafe.reservations_close_at",
        "later than they open",
    ),
    "session ends first": ("ends: 12:00", "ends: 10:30", "sessions.2.ends", "later than 10:30"),
    "day outside": ("on: 2031-05-06, ", "on: 2031-05-07, ", "days.2.on", "from 2031-05-05 to"),
    "room used twice": (
        "room: Garden room\n    on: 2031-05-05\n    starts: 10:30",
        "room: Hall\n    on: 2031-05-05\n    starts: 09:59",
        "sessions.2.room",
        "“Hall” is used by “opening” (line 38)",
    ),
    "session twice": ("slug: members", "slug: opening", "sessions.2.slug", "another slug; line 38"),
    "organisation twice": (
        "name: Grantee in Laos, country: LA",
        "name: Member in Viet Nam, country: VN",
        "organisations.2.country",
        "another name and country; line 27",
    ),
    "organisation twice, written in another way": (
        "name: Grantee in Laos, country: LA",
        "name: 'MEMBER  in viet nam', country: VN",
        "organisations.2.country",
        "another name and country; line 27",
    ),
    "workshop of too many days": (
        "ends_on: 2031-05-06",
        "ends_on: 2031-06-05",
        "workshop.ends_on",
        "31 days at most",
    ),
    "member twice": ("Second member", "First member", "partners.1.members.2", "each member once"),
    "member that stands alone before": (
        "partners:\n",
        "partners:\n  - {part: partner, name: First member}\n",
        "partners.1.name",
        "no member's already",
    ),
    "admits to what is open": (
        "access: restricted\n    listing: locked",
        "access: open",
        "sessions.2.admits",
        "since the access is open",
    ),
    "café elsewhere": ("kind: world-cafe", "kind: social", "sessions.3.cafe", "of kind world-cafe"),
    "café without tables": (CAFE, "", "sessions.3.cafe", "of kind world-cafe"),
    "tables misnumbered": ("number: 2", "number: 3", "sessions.3.cafe.tables", "numbered 1 to 2"),
}


@pytest.mark.parametrize("name", ONE)
def test_mistake_is_told_with_its_place_and_what_was_expected(tmp_path, name):
    old, new, place, expected = ONE[name]

    [mistake] = mistakes_of(written(tmp_path, with_(old, new)))

    assert mistake.place == place
    assert expected in mistake.expected
    assert mistake.expected.isprintable()


def test_session_outside_the_workshop_is_told(tmp_path):
    text = with_("    on: 2031-05-06", "    on: 2031-05-07")

    [mistake] = mistakes_of(written(tmp_path, text))

    assert (mistake.place, mistake.line) == ("sessions.3.on", line_of("    on: 2031-05-07", text))
    assert mistake.expected == "a day from 2031-05-05 to 2031-05-06"


def test_clock_time_that_summer_time_skips_is_told_where_the_workshop_moves_to_it(tmp_path):
    text = with_("Asia/Ho_Chi_Minh", "Europe/Paris")
    text = with_("starts: 09:00\n    ends: 10:00", "starts: 02:30\n    ends: 04:00", text)
    path = written(tmp_path, text)

    [mistake] = mistakes_of(path, starts_on=date(2031, 3, 30))

    assert mistake.place == "sessions.1.starts"
    assert "clocks go forward on 2031-03-30" in mistake.expected
    assert load(path).created


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(tmp_path):
    text = with_("region: Southeast Asia", "regoin: Southeast Asia")
    text = with_("seats: 80", "seats: none", text)
    text = with_("admits: [member]", "admits: [membre, grantee, granted]", text)
    text = with_("starts: 16:00", "starts: 4pm", text)
    text = with_("on: 2031-05-06, ", "on: 2031-05-07, ", text)

    found = mistakes_of(written(tmp_path, text))

    assert [(mistake.line, mistake.place) for mistake in found] == [
        (1, "workshop.region"),
        (line_of("regoin", text), "workshop.regoin"),
        (line_of("seats: none", text), "rooms.1.seats"),
        (line_of("on: 2031-05-07, ", text), "days.2.on"),
        (line_of("membre", text), "sessions.2.admits.1"),
        (line_of("membre", text), "sessions.2.admits.3"),
        (line_of("4pm", text), "sessions.3.starts"),
    ]


@pytest.mark.parametrize(
    ("misshapen", "places"),
    [
        ("{slug: member, nmae: Member}", ["affiliations.1.name", "affiliations.1.nmae"]),
        ("{slgu: member, name: Member}", ["affiliations.1.slug", "affiliations.1.slgu"]),
    ],
)
def test_reference_to_a_misshapen_entry_is_no_mistake_of_its_own(tmp_path, misshapen, places):
    text = with_("{slug: member, name: Member}", misshapen)

    found = mistakes_of(written(tmp_path, text))

    assert [mistake.place for mistake in found] == sorted(places)


def test_misshapen_entry_is_checked_in_all_else_at_once(tmp_path):
    cafe = "room: Hall\n    on: 2031-05-06\n    starts: 16:00"
    text = with_(cafe, "room: Nowhere\n    on: 2031-06-01\n    starts: 4pm")
    text = with_("kind: working-group", "kind: group", text)
    text = with_("admits: [member]", "admits: [membre]", text)

    found = [mistake.place for mistake in mistakes_of(written(tmp_path, text))]

    assert found == [
        "sessions.2.kind",
        "sessions.2.admits.1",
        "sessions.3.room",
        "sessions.3.on",
        "sessions.3.starts",
    ]


LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
# What the file holds, the line of the mistake, and what was expected.
NO_FILE = {
    "empty": ("", 1, "names with values, “workshop:” first"),
    "only a comment": ("# nothing\n", 1, "names with values"),
    "a list": ("- a\n- b\n", 1, "names with values"),
    "a word": ("workshop\n", 1, "names with values"),
    "not UTF-8": (b"workshop:\n  title: caf\xe9\n", 2, "text in UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", 1, "text in UTF-8"),
    "NUL": ("workshop:\n  title: a\0b\n", 2, "text without the character U+0000"),
    "tab": ("workshop:\n\ttitle: a\n", 2, r"found character '\t' that cannot start any token"),
    "unbalanced": ("workshop: {title: a\nrooms: [\n", 2, "YAML; while parsing"),
    "colon in a text": ("workshop:\n  title: a: b\n", 2, "mapping values are not allowed here"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "expected a single document"),
    "alias": (LAUGHS, 2, "write it out; aliases are not read"),
    "endless nesting": ("[" * 50_000, 1, "fewer things inside each other"),
    "huge": ("# " + "x" * LARGEST, 1, "a file of 1,000,000 bytes at most"),
}


@pytest.mark.parametrize("name", NO_FILE)
def test_what_is_no_workshop_file_is_told(tmp_path, name):
    text, line, expected = NO_FILE[name]

    found = mistakes_of(written(tmp_path, text))

    told = [mistake for mistake in found if mistake.place == "the file"]
    assert [mistake.line for mistake in told] == [line]
    assert expected in told[0].expected


def test_list_as_a_name_is_told(tmp_path):
    found = mistakes_of(written(tmp_path, SMALL + "? [a, b]\n: c\n"))

    assert [(mistake.place, mistake.expected) for mistake in found] == [
        ("?", "a name, not a list of them")
    ]


def test_hostile_name_does_not_reach_the_terminal(tmp_path):
    found = mistakes_of(written(tmp_path, SMALL + '"\\e[2J' + "x" * 500 + '": 1\n'))

    assert [len(mistake.place) for mistake in found] == [61]
    assert found[0].place.isprintable()


def test_missing_file_and_folder_are_told(tmp_path):
    [missing] = mistakes_of(tmp_path / "nowhere.yaml")
    [folder] = mistakes_of(tmp_path)

    assert missing.expected == "a file that can be read (No such file or directory)"
    assert folder.expected == "a file that can be read (Is a directory)"


@pytest.mark.parametrize("slug", ["admin", "two words", "x" * 61])
def test_slug_given_beside_the_file_is_checked_like_the_files_own(tmp_path, slug):
    [mistake] = mistakes_of(written(tmp_path, SMALL), slug=slug)

    assert (mistake.line, mistake.place) == (0, "--slug")


def test_mistakes_of_options_and_of_the_file_are_told_in_one_round(tmp_path):
    path = written(tmp_path, with_("seats: 80", "seats: none"))

    found = mistakes_of(path, slug="admin", starts_on=date(1999, 1, 1))

    assert [each.place for each in found] == ["--slug", "--starts-on", "rooms.1.seats"]


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_first_day_out_of_this_world_is_told(tmp_path, year):
    [mistake] = mistakes_of(written(tmp_path, SMALL), starts_on=date(year, 12, 31))

    assert mistake == Mistake(0, "--starts-on", "a year from 2000 to 2100")


def test_command_prints_file_line_place_and_that_nothing_was_written(tmp_path):
    path = written(tmp_path, with_("seats: 80", "seats: none"))

    with pytest.raises(CommandError) as caught:
        call_command("load_workshop", path, slug="admin")
    told_of_slug = str(caught.value)
    with pytest.raises(CommandError) as caught:
        call_command("load_workshop", path)

    assert told_of_slug.startswith("--slug: “admin”")
    assert "rooms.1.seats" in told_of_slug
    assert str(caught.value).splitlines() == [
        f"{path}:30: rooms.1.seats: a whole number",
        "Nothing was written.",
    ]


def test_command_refuses_a_misspelt_first_day_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="a date like 2024-03-04 is expected"):
        call_command("load_workshop", written(tmp_path, SMALL), "--starts-on=4 March")


def test_nothing_is_written_where_a_later_entry_is_refused_by_the_database(tmp_path, monkeypatch):
    path = written(tmp_path, SMALL)
    load(path)
    text = with_("title: Regional Workshop, Hanoi", "title: Renamed").replace(MEMBERS, "")
    monkeypatch.setattr(write, "write_sessions", _break_a_constraint)

    with pytest.raises(IntegrityError, match="organisation_seats_positive"):
        load(written(tmp_path, text))

    assert Workshop.objects.get().title == "Regional Workshop, Hanoi"
    assert Session.objects.filter(slug="members").exists()


def _break_a_constraint(plan, loaded, named):
    Organisation.objects.update(seats=0)


def test_session_that_stays_and_clashes_is_told_and_nothing_is_written(tmp_path, django_user_model):
    load(written(tmp_path, SMALL))
    added = Session.objects.get(slug="opening")
    added.pk, added.slug, added.public_id = None, "organisers-own", None
    added.public_id = Session._meta.get_field("public_id").get_default()
    added.starts_at, added.ends_at = added.ends_at, added.ends_at + timedelta(minutes=30)
    added._history_user = django_user_model.objects.create_user("organiser@example.org")
    added.save()
    text = with_("ends: 10:00", "ends: 10:15")

    with pytest.raises(Unreadable) as caught:
        load(written(tmp_path, text))

    [mistake] = caught.value.mistakes
    assert mistake.place == "sessions"
    assert mistake.expected.startswith("a free room; “Opening” and “Opening” are both in “Hall”")
    assert Session.objects.get(slug="opening").ends_at == added.starts_at


def test_good_file_says_what_it_did(tmp_path):
    said = StringIO()

    call_command("load_workshop", written(tmp_path, SMALL), stdout=said)

    assert said.getvalue() == (
        "Regional Workshop, Hanoi (hanoi-2031), 2031-05-05 to 2031-05-06: "
        "21 entries created, 0 changed.\n"
    )
