"""A workshop of the size that the figures are for: 60 sessions, 500 participants, 24 tables."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from agenda.models import Day, Room, Session, SignUp, Track
from foundation.accounts.models import User
from foundation.series.models import Contact, Partner, Resource, Role, Workshop
from foundation.series.roles import Duty
from registration.models import (
    Affiliation,
    Attendance,
    Organisation,
    Participant,
    ParticipantAffiliation,
    Status,
)
from worldcafe.models import Cafe, Reservation, Table

SESSIONS, PARTICIPANTS, TABLES, DAYS = 60, 500, 24, 4
SIGNED_UP = 150  # people with a place in a working group
RESERVED = 12  # tables of the first café that are taken
TEXT = "What was tried, what came of it, and what others can make of it in their own country. " * 4


@dataclass
class World:
    """What the load is driven at.

    member, organiser: their cookies. free, taken: tables that stay as they are. hosts: a cookie
    and a free table for each.
    """

    workshop: Workshop
    session: Session
    member: str
    organiser: str
    free: Table
    taken: Table
    hosts: list[tuple[str, Table]]


@transaction.atomic
def build(hosts: int) -> World:
    """Make the workshop with everything in it, and `hosts` who are about to reserve a table."""
    workshop = _workshop()
    people = _people(workshop)
    sessions = _sessions(workshop)
    _sign_ups(sessions, people)
    tables = _tables(sessions, people)
    free = tables[RESERVED : RESERVED + hosts]
    return World(
        workshop=workshop,
        session=next(session for session in sessions if session.seats),
        member=cookie_of(people[0].registrant),
        organiser=_organiser(workshop),
        free=tables[-1],
        taken=tables[0],
        hosts=[
            (cookie_of(person.registrant), table)
            for person, table in zip(people[-hosts:], free, strict=True)
        ],
    )


def _organiser(workshop: Workshop) -> str:
    """The cookie of an organiser who signed in with an authenticator app, too."""
    user = User.objects.create_user("organiser@example.org", is_staff=True)
    Role.objects.create(workshop=workshop, user=user, duty=Duty.ORGANISER)
    TOTP.activate(user, generate_totp_secret())
    return cookie_of(user, method="mfa", type="totp")


def cookie_of(user: User, **step: str) -> str:
    """Make a session as signing in does. step: what else the user proved, as allauth notes it."""
    store = SessionStore()
    if step:
        request = HttpRequest()
        request.session = store
        record_authentication(request, user, **step)
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def _workshop() -> Workshop:
    now = timezone.now()
    starts_on = now.date() + timedelta(days=70)
    workshop = Workshop.objects.create(
        slug="bench",
        title="A workshop to be measured",
        region="Everywhere",
        summary=TEXT,
        about=f"### Why\n\n{TEXT}\n\n- {TEXT}\n- {TEXT}",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=DAYS - 1),
        timezone="Asia/Bangkok",
        venue="Hotel",
        city="Bangkok",
        country="TH",
        practical=TEXT,
        code_of_conduct=TEXT,
        data_notice=TEXT,
        registration_opens_at=now - timedelta(days=30),
        registration_closes_at=now + timedelta(days=60),
        is_published=True,
    )
    Partner.objects.bulk_create(
        Partner(workshop=workshop, part=part, name=f"{part} {n}", text=TEXT, position=n)
        for n, part in enumerate(Partner.Part.values * 3)
    )
    Contact.objects.create(workshop=workshop, role="Programme", email="programme@example.org")
    Resource.objects.bulk_create(
        Resource(workshop=workshop, kind="report", title=f"Report {n}", country="TH", position=n)
        for n in range(22)
    )
    Day.objects.bulk_create(
        Day(workshop=workshop, on=on, title=f"{on:%A}", focus=TEXT, method=TEXT)
        for on in workshop.dates
    )
    return workshop


def _people(workshop: Workshop) -> list[Participant]:
    affiliations = Affiliation.objects.bulk_create(
        Affiliation(workshop=workshop, slug=f"affiliation-{n}", name=f"Affiliation {n}")
        for n in range(6)
    )
    organisations = Organisation.objects.bulk_create(
        Organisation(workshop=workshop, name=f"Organisation {n}", country="TH") for n in range(60)
    )
    unusable = make_password(None)
    users = User.objects.bulk_create(
        User(email=f"person-{n}@example.org", name=f"Person {n}", password=unusable)
        for n in range(PARTICIPANTS)
    )
    people = Participant.objects.bulk_create(
        Participant(
            workshop=workshop,
            user=user,
            badge_name=user.name,
            organisation=organisations[n % len(organisations)],
            country="TH",
            status=Status.CONFIRMED,
        )
        for n, user in enumerate(users)
    )
    ParticipantAffiliation.objects.bulk_create(
        ParticipantAffiliation(
            participant=person,
            affiliation=affiliations[n % len(affiliations)],
            verified_at=timezone.now(),
        )
        for n, person in enumerate(people)
    )
    Attendance.objects.bulk_create(
        Attendance(participant=person, on=on) for person in people for on in workshop.dates
    )
    return people


def _sessions(workshop: Workshop) -> list[Session]:
    """15 a day: five times three in parallel. The first and last day are for two affiliations."""
    rooms = Room.objects.bulk_create(
        Room(workshop=workshop, name=f"Room {n}", position=n) for n in range(3)
    )
    track = Track.objects.create(workshop=workshop, name="Track")
    per_day = SESSIONS // DAYS
    sessions = Session.objects.bulk_create(
        _session(workshop, rooms, track, n // per_day, n % per_day) for n in range(SESSIONS)
    )
    admitted = list(workshop.affiliations.all()[:2])
    Session.affiliations.through.objects.bulk_create(
        Session.affiliations.through(session=session, affiliation=affiliation)
        for session in sessions
        if session.access == Session.Access.RESTRICTED
        for affiliation in admitted
    )
    return sessions


def _session(workshop: Workshop, rooms: list[Room], track: Track, day: int, n: int) -> Session:
    slot, room = divmod(n, len(rooms))
    starts_at = datetime.combine(workshop.dates[day], time(8 + 2 * slot), tzinfo=workshop.zone)
    is_open = 0 < day < DAYS - 1
    is_cafe = is_open and n == SESSIONS // DAYS - 1
    return Session(
        workshop=workshop,
        slug=f"session-{day}-{n}",
        title=f"Session {n} of day {day}",
        abstract=TEXT,
        kind=Session.Kind.WORLD_CAFE if is_cafe else Session.Kind.WORKING_GROUP,
        track=track,
        room=rooms[room],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        access=Session.Access.OPEN if is_open else Session.Access.RESTRICTED,
        listing=Session.Listing.HIDDEN if n % 5 == 0 else Session.Listing.LOCKED,
        seats=60 if is_open and slot == 1 else None,
    )


def _sign_ups(sessions: list[Session], people: list[Participant]) -> None:
    """In the working groups of the first open day, so many in each."""
    limited = [session for session in sessions if session.seats][:3]
    SignUp.objects.bulk_create(
        SignUp(
            session=limited[n % len(limited)],
            participant=person,
            during=(limited[0].starts_at, limited[0].ends_at),
        )
        for n, person in enumerate(people[:SIGNED_UP])
    )


def _tables(sessions: list[Session], people: list[Participant]) -> list[Table]:
    now = timezone.now()
    cafes = [
        Cafe.objects.create(
            session=session,
            reservations_open_at=now - timedelta(days=1),
            reservations_close_at=now + timedelta(days=60),
            introduction=TEXT,
        )
        for session in sessions
        if session.kind == Session.Kind.WORLD_CAFE
    ]
    per_cafe = TABLES // len(cafes)
    tables = Table.objects.bulk_create(
        Table(cafe=cafe, number=n + 1, x=14 + 24 * (n % 4), y=20 + 30 * (n // 4))
        for cafe in cafes
        for n in range(per_cafe)
    )
    Reservation.objects.bulk_create(
        Reservation(table=table, host=host, practice="A practice", country="TH", summary=TEXT)
        for table, host in zip(tables[:RESERVED], people[1:], strict=False)
    )
    return tables
