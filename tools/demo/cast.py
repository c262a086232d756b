"""Who is in the demo: nobody real. Names say that they are made up; addresses are example.org's."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.series.roles import Duty
from registration.models import Status


@dataclass(frozen=True)
class Staff:
    """A member of staff, and what they may see."""

    local_part: str
    name: str
    duty: Duty
    sees: str | Promise

    @property
    def email(self) -> str:
        return f"{self.local_part}@example.org"


@dataclass(frozen=True)
class Person:
    """A participant to try the site as. organisation: as the workshop's file writes it.

    status: none for who only sent the form. alias: whoever has one is protected. Somebody in
    ASSISTANT's care has no address.
    """

    local_part: str
    name: str
    organisation: str
    country: str
    affiliation: str
    status: Status | None
    sees: str | Promise
    is_verified: bool = True
    presents: bool = False
    alias: str = ""

    @property
    def email(self) -> str:
        return f"{self.local_part}@example.org"


@dataclass(frozen=True)
class Assistant:
    """Somebody who registers others and looks after their forms."""

    local_part: str
    sees: str | Promise

    @property
    def email(self) -> str:
        return f"{self.local_part}@example.org"


ORGANISER = Staff(
    "organiser",
    "Demo Organiser",
    Duty.ORGANISER,
    _("Organiser: the whole admin of this workshop, sensitive details included."),
)
STAFF = [
    ORGANISER,
    Staff(
        "desk",
        "Demo Registration Desk",
        Duty.DESK,
        _("Registration desk: participants in the admin; no programme, no sensitive details."),
    ),
]

PEOPLE = [
    Person(
        "member", "Demo Member · សុខា", "ECPAT member in Cambodia", "KH", "ecpat-member",
        Status.CONFIRMED,
        _("ECPAT member, confirmed: days 1 and 4 in full, not the grantees’ forum."),
    ),
    Person(
        "grantee", "Demo Grantee · Thị Mẫu", "Safe Online grantee 6: strengthen systems", "VN",
        "safe-online-grantee", Status.CONFIRMED,
        _("Safe Online grantee, confirmed: the grantees’ forum, not the members’ sessions."),
    ),
    Person(
        "presenter", "Demo Presenter · มานี", "ECPAT member in Thailand", "TH", "ecpat-member",
        Status.CONFIRMED,
        _("ECPAT member, confirmed, with a table at the World Café."),
        presents=True,
    ),
    Person(
        "pending", "Demo Pending · Загвар", "ECPAT member in Mongolia", "MN", "ecpat-member",
        Status.PENDING,
        _("Claims to be an ECPAT member and waits for an organiser: sees what everybody sees."),
        is_verified=False,
    ),
    Person(
        "unproved", "Demo Unproved · Contoh", "Safe Online grantee 2: strengthen systems", "ID",
        "safe-online-grantee", None,
        _("Sent the form and has not yet opened the link that proves the address."),
        is_verified=False,
    ),
    Person(
        "waiting", "Demo Waiting · 见本", "Collaborating partner in Singapore", "SG",
        "collaborating-partner", Status.WAITING,
        _("First on the waiting list; seats are free, so one is offered within a minute."),
    ),
    Person(
        "declined", "Demo Declined · Example", "Child protection agency", "TH", "expert",
        Status.DECLINED,
        _("Declined: sees what everybody sees."),
        is_verified=False,
    ),
    Person(
        "protected", "Demo Protected · ตัวอย่าง", "Child protection agency", "TH", "expert",
        Status.CONFIRMED,
        _("Protected: under an alias, and in no list of the desk."),
        alias="Demo Alias",
    ),
]  # fmt: skip

ASSISTANT = Assistant(
    "assistant",
    _("Assistant of two directors: their forms and status, and nothing of a closed session."),
)
# Whom the assistant registered.
DIRECTORS = [
    Person(
        "", "Demo Director One · ဥပမာ", "International organisation", "TH", "expert",
        Status.CONFIRMED, "",
    ),
    Person(
        "", "Demo Director Two · ຕົວຢ່າງ", "International organisation", "TH", "expert",
        Status.PENDING, "", is_verified=False,
    ),
]  # fmt: skip

# A given name or a specimen's, as forms in the country show them.
SPECIMENS = {
    "AU": "Example", "CN": "张三", "DE": "Mustermann", "FJ": "Tevita", "ID": "Contoh",
    "JP": "見本 花子", "KH": "ដារា", "KR": "홍길동", "MN": "Загвар", "MY": "Contoh",
    "NL": "Voorbeeld", "NP": "नमूना", "NZ": "Tauira", "PG": "Sampel", "PH": "Juana",
    "PK": "نمونہ", "SB": "Sampol", "SG": "陈小明", "TH": "สมหญิง", "TL": "Ezemplu",
    "TW": "王小明", "VN": "Nguyễn Văn A", "WS": "Sina",
}  # fmt: skip
CONFIRMED = 40
DIETARY = ["Vegetarian (made up)", "Halal (made up)", "No peanuts (made up)"]
PRACTICES = [
    "Listening to children before a law is drafted",
    "A helpline that answers in four languages",
    "Young survivors as advisers",
    "Teachers who know whom to call",
    "From report to removal in a day",
    "Court days without a queue",
]


def numbered(number: int) -> str:
    """Return the local part of one of the forty who fill the room."""
    return f"person-{number}"


def numbered_name(number: int, country: str) -> str:
    return f"Demo Person {number} · {SPECIMENS.get(country, 'Example')}"


def dietary(number: int) -> str:
    """Return what every eighth of them writes about food."""
    return "" if number % 8 else DIETARY[number // 8 % len(DIETARY)]
