"""A small workshop file for tests, and the ways to change it."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from foundation.accounts.tests.factories import UserFactory

SMALL = """\
workshop:
  slug: hanoi-2031
  title: Regional Workshop, Hanoi
  region: Southeast Asia
  starts_on: 2031-05-05
  ends_on: 2031-05-06
  timezone: Asia/Ho_Chi_Minh
  venue: Lakeside Hotel
  city: Hanoi
  country: VN
  registration_opens_at: 2031-02-01 09:00
  registration_closes_at: 2031-04-20 18:00
  seats: 60
  code_of_conduct: Be kind.
  data_notice: For this workshop alone.
  is_published: true
partners:
  - {part: partner, name: Alliance, members: [First member, Second member]}
contacts:
  - {role: Programme, email: programme@example.org}
resources:
  - {kind: report, title: "A report", country: VN, languages: English}
affiliations:
  - {slug: member, name: Member}
  - {slug: grantee, name: Grantee}
organisations:
  - {name: Member in Viet Nam, country: VN, affiliations: [member], seats: 2}
  - {name: Grantee in Laos, country: LA, affiliations: [grantee]}
rooms:
  - {name: Hall, seats: 80}
  - {name: Garden room}
tracks:
  - {name: Main}
days:
  - {on: 2031-05-05, title: First day}
  - {on: 2031-05-06, title: Second day}
sessions:
  - slug: opening
    title: Opening
    kind: plenary
    track: Main
    room: Hall
    on: 2031-05-05
    starts: 09:00
    ends: 10:00
    access: open
  - slug: members
    title: Members
    kind: working-group
    room: Garden room
    on: 2031-05-05
    starts: 10:30
    ends: 12:00
    access: restricted
    listing: locked
    admits: [member]
    seats: 10
  - slug: cafe
    title: World Café
    kind: world-cafe
    room: Hall
    on: 2031-05-06
    starts: 16:00
    ends: 17:00
    access: open
    cafe:
      reservations_open_at: 2031-03-01 09:00
      reservations_close_at: 2031-05-01 18:00
      tables:
        - {number: 1, x: 20, y: 50}
        - {number: 2, x: 80, y: 50, note: Beside the window}
"""
MEMBERS = SMALL[SMALL.index("  - slug: members") : SMALL.index("  - slug: cafe")]
CAFE = SMALL[SMALL.index("    cafe:") :]


def with_(old: str, new: str, text: str = SMALL) -> str:
    """`text` with `old`, which it has just once, replaced."""
    assert text.count(old) == 1, f"{text.count(old)} times: {old}"
    return text.replace(old, new)


def line_of(part: str, text: str = SMALL) -> int:
    """The line on which `part` begins, which the text has just once."""
    assert text.count(part) == 1, f"{text.count(part)} times: {part}"
    return text[: text.index(part)].count("\n") + 1


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "workshop.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def by_an_organiser(row, **changes) -> None:
    """Change `row` as the admin does: with somebody in its history."""
    for name, value in changes.items():
        setattr(row, name, value)
    row._history_user = UserFactory(is_staff=True)
    row.save()


def clock(at: datetime, zone: str = "Asia/Ho_Chi_Minh") -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
