"""The shape of a workshop file: one class a kind of entry, each field as its model wants it."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated

from django.core.exceptions import ValidationError
from django.db.models import Field as ModelField
from django.db.models import Model
from django_countries.fields import CountryField
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from agenda import models as agenda
from foundation.core.clock import EARLIEST, LATEST
from foundation.core.names import name_key
from foundation.series import models as workshop
from registration import models as registration
from worldcafe import models as worldcafe

FIRST_YEAR, LAST_YEAR = EARLIEST.year, LATEST.year

# Control characters but for tab and line feed, and halves of letters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _plain(value: str) -> str:
    """Text that every page, feed and database can carry."""
    if strange := UNPRINTABLE.search(value):
        raise ValueError(f"text without the character U+{ord(strange[0]):04X}")
    return value


Text = Annotated[str, AfterValidator(_plain)]


def _as(model: type[Model], name: str) -> AfterValidator:
    """Text that the model's field accepts: its length, choices, slug, country, address."""

    def check(value: str) -> str:
        field = model._meta.get_field(name)
        assert isinstance(field, ModelField)
        try:
            return str(field.clean(value, None))
        except ValidationError as error:
            empty = "" if value else "text; it can’t be empty"
            raise ValueError(_choices(field) or empty or " ".join(error.messages)) from error

    return AfterValidator(check)


def _choices(field: "ModelField[object, object]") -> str:
    """What may stand there, where that is a list short enough to read."""
    if isinstance(field, CountryField):
        return "a country’s two letters, such as TH"
    return f"one of: {', '.join(map(str, dict(field.flatchoices)))}" if field.choices else ""


def _written(read: Callable[[str], date | time], like: str) -> BeforeValidator:
    """Text that `read` understands, else a sentence with an example of what it is like."""

    def parse(value: object) -> date | time:
        wanted = f"something like {like}"
        if not isinstance(value, str):
            raise ValueError(wanted)
        try:
            found = read(value)
        except ValueError as error:
            raise ValueError(wanted) from error
        if isinstance(found, date) and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
        return found

    return BeforeValidator(parse)


def read_date(text: str) -> date:
    """Return a date as files and options write it, e.g. 2024-03-04.

    Raises: ValueError.
    """
    return datetime.strptime(text, "%Y-%m-%d").date()


def _read_clock(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()


def _read_moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M")


Date = Annotated[date, _written(read_date, "2024-03-04")]
Clock = Annotated[time, _written(_read_clock, "09:30")]
Moment = Annotated[datetime, _written(_read_moment, "2024-03-04 09:30")]
Some = Annotated[int, Field(gt=0, le=32767)]
Hundredths = Annotated[int, Field(ge=0, le=100)]


class Part(BaseModel):
    """An entry of the file. `extra="forbid"`: a misspelt name is a mistake, never ignored."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Frame(Part):
    """What of the workshop the rest of the file must fit into."""

    model_config = ConfigDict(extra="ignore")

    starts_on: Date
    ends_on: Date
    timezone: Annotated[Text, _as(workshop.Workshop, "timezone")]


class About(Part):
    slug: Annotated[Text, _as(workshop.Workshop, "slug")]
    title: Annotated[Text, _as(workshop.Workshop, "title")]
    theme: Annotated[Text, _as(workshop.Workshop, "theme")] = ""
    region: Annotated[Text, _as(workshop.Workshop, "region")]
    summary: Annotated[Text, _as(workshop.Workshop, "summary")] = ""
    about: Annotated[Text, _as(workshop.Workshop, "about")] = ""
    starts_on: Date
    ends_on: Date
    timezone: Annotated[Text, _as(workshop.Workshop, "timezone")]
    venue: Annotated[Text, _as(workshop.Workshop, "venue")]
    venue_address: Annotated[Text, _as(workshop.Workshop, "venue_address")] = ""
    city: Annotated[Text, _as(workshop.Workshop, "city")]
    country: Annotated[Text, _as(workshop.Workshop, "country")]
    practical: Annotated[Text, _as(workshop.Workshop, "practical")] = ""
    registration_opens_at: Moment
    registration_closes_at: Moment
    seats: Some | None = None
    code_of_conduct: Annotated[Text, _as(workshop.Workshop, "code_of_conduct")]
    data_notice: Annotated[Text, _as(workshop.Workshop, "data_notice")]
    is_published: bool = False


class Partner(Part):
    part: Annotated[Text, _as(workshop.Partner, "part")]
    name: Annotated[Text, _as(workshop.Partner, "name")]
    text: Annotated[Text, _as(workshop.Partner, "text")] = ""
    url: Annotated[Text, _as(workshop.Partner, "url")] = ""
    members: list[Annotated[Text, _as(workshop.Partner, "name")]] = []


class Contact(Part):
    role: Annotated[Text, _as(workshop.Contact, "role")]
    name: Annotated[Text, _as(workshop.Contact, "name")] = ""
    email: Annotated[Text, _as(workshop.Contact, "email")]


class Resource(Part):
    kind: Annotated[Text, _as(workshop.Resource, "kind")]
    title: Annotated[Text, _as(workshop.Resource, "title")]
    country: Annotated[Text, _as(workshop.Resource, "country")] = ""
    languages: Annotated[Text, _as(workshop.Resource, "languages")] = ""
    url: Annotated[Text, _as(workshop.Resource, "url")] = ""


class Affiliation(Part):
    slug: Annotated[Text, _as(registration.Affiliation, "slug")]
    name: Annotated[Text, _as(registration.Affiliation, "name")]
    description: Annotated[Text, _as(registration.Affiliation, "description")] = ""
    can_be_claimed: bool = True


class Organisation(Part):
    name: Annotated[Text, _as(registration.Organisation, "name")]
    country: Annotated[Text, _as(registration.Organisation, "country")]
    affiliations: list[Text] = []
    seats: Some | None = None

    @property
    def name_key(self) -> str:
        """What tells one name from another, however cased or spaced."""
        return name_key(self.name)


class Room(Part):
    name: Annotated[Text, _as(agenda.Room, "name")]
    seats: Some | None = None
    location: Annotated[Text, _as(agenda.Room, "location")] = ""


class Track(Part):
    name: Annotated[Text, _as(agenda.Track, "name")]


class Day(Part):
    on: Date
    title: Annotated[Text, _as(agenda.Day, "title")]
    focus: Annotated[Text, _as(agenda.Day, "focus")] = ""
    method: Annotated[Text, _as(agenda.Day, "method")] = ""


class Table(Part):
    number: Some
    seats: Some = 8
    x: Hundredths
    y: Hundredths
    note: Annotated[Text, _as(worldcafe.Table, "note")] = ""


class Cafe(Part):
    reservations_open_at: Moment
    reservations_close_at: Moment
    introduction: Annotated[Text, _as(worldcafe.Cafe, "introduction")] = ""
    tables: Annotated[list[Table], Field(min_length=1)]


class Session(Part):
    slug: Annotated[Text, _as(agenda.Session, "slug")]
    title: Annotated[Text, _as(agenda.Session, "title")]
    abstract: Annotated[Text, _as(agenda.Session, "abstract")] = ""
    kind: Annotated[Text, _as(agenda.Session, "kind")]
    track: Text | None = None
    room: Text | None = None
    on: Date
    starts: Clock
    ends: Clock
    access: Annotated[Text, _as(agenda.Session, "access")]
    listing: Annotated[Text, _as(agenda.Session, "listing")] = agenda.Session.Listing.HIDDEN.value
    admits: list[Text] = []
    seats: Some | None = None
    cafe: Cafe | None = None


# Each list of the file, what its entries are, and by what two of them would be the same.
SECTIONS: dict[str, tuple[type[Part], list[str]]] = {
    "partners": (Partner, ["part", "name"]),
    "contacts": (Contact, ["role"]),
    "resources": (Resource, ["kind", "country", "title"]),
    "affiliations": (Affiliation, ["slug"]),
    "organisations": (Organisation, ["name_key", "country"]),
    "rooms": (Room, ["name"]),
    "tracks": (Track, ["name"]),
    "days": (Day, ["on"]),
    "sessions": (Session, ["slug"]),
}

# What stands inside an entry, by the name it has there.
INSIDE: dict[str, type[Part]] = {"cafe": Cafe, "tables": Table}

# Stands for what is misshapen or missing, so that all else in the entry can still be checked.
STAND_INS: dict[type[Part], dict[str, object]] = {
    Day: {"on": "2000-01-01", "title": "-"},
    Organisation: {"name": "-", "country": "TH"},
    Session: {
        "slug": "-",
        "title": "-",
        "kind": agenda.Session.Kind.PLENARY.value,
        "on": "2000-01-01",
        "starts": "00:00",
        "ends": "00:00",
        "access": agenda.Session.Access.RESTRICTED.value,
    },
}
