"""Who may see and enter what: the queryset, the entries made of it, and `decide` agree."""

from dataclasses import fields, replace
from datetime import timedelta
from itertools import product

import pytest
from django.http import HttpRequest
from django.utils import timezone

from agenda import actions
from agenda.access import decide
from agenda.listing import Entry, Teaser, entries
from agenda.models import Session, SessionRole, SignUp
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.access import Viewer, names_people
from registration.models import Status
from registration.tests.factories import AffiliationFactory, ParticipantFactory

pytestmark = pytest.mark.django_db

LOCKED, HIDDEN = Session.Listing.LOCKED, Session.Listing.HIDDEN
OPEN, RESTRICTED = Session.Access.OPEN, Session.Access.RESTRICTED


@pytest.fixture
def world():
    """A workshop with a member's session and people of every capacity."""
    workshop = WorkshopFactory()
    member = AffiliationFactory(workshop=workshop, name="ECPAT member")
    grantee = AffiliationFactory(workshop=workshop, name="Safe Online grantee")
    return workshop, member, grantee


def request_of(user, workshop, session=None) -> HttpRequest:
    request = HttpRequest()
    request.user, request.workshop = user, workshop
    request.session = {} if session is None else session
    return request


HOWEVER_MADE = {
    "of a request": lambda person: Viewer.of(request_of(person.user, person.workshop)),
    "of the participant": Viewer.of_participant,
    "from another viewer": lambda person: replace(
        Viewer.nobody(person.workshop), participant=person
    ),
    "past the two ways": lambda person: Viewer(workshop=person.workshop, participant=person),
}


@pytest.mark.parametrize("make", HOWEVER_MADE.values(), ids=HOWEVER_MADE)
@pytest.mark.parametrize("status", Status)
def test_viewer_who_is_not_confirmed_sees_what_nobody_sees_however_made(world, make, status):
    workshop, member, _grantee = world
    person = ParticipantFactory(workshop=workshop, status=status, verified=[member])
    shown = SessionFactory(workshop=workshop)
    for listing in (LOCKED, HIDDEN):
        SessionFactory(workshop=workshop, access=RESTRICTED, listing=listing, admits=[member])
        SessionFactory(workshop=workshop, access=RESTRICTED, listing=listing, invites=[person])
        at = SessionFactory(workshop=workshop, access=RESTRICTED, listing=listing)
        actions.give_role(session=at, participant=person, role="speaker")

    viewer = make(person)

    is_confirmed = status == Status.CONFIRMED
    assert names_people(viewer) == is_confirmed
    assert Session.objects.visible_to(viewer).count() == (7 if is_confirmed else 1)
    if not is_confirmed:
        nobody = Viewer.nobody(workshop)
        assert Session.objects.visible_to(viewer).get() == shown
        assert entries(Session.objects.listed_for(viewer), viewer) == entries(
            Session.objects.listed_for(nobody), nobody
        )


@pytest.mark.parametrize("role", SessionRole.Role)
def test_role_at_a_session_admits_to_it_and_to_no_other(world, role):
    workshop, _member, grantee = world
    person = ParticipantFactory(workshop=workshop, verified=[grantee])
    session, _other = (SessionFactory(workshop=workshop, access=RESTRICTED) for _n in range(2))
    given = actions.give_role(session=session, participant=person, role=role)

    viewer = Viewer.of_participant(person)

    assert Session.objects.visible_to(viewer).get() == session
    assert decide(session, person, timezone.now())
    actions.take_role(given=given)
    assert not Session.objects.visible_to(viewer)
    assert decide(session, person, timezone.now()).code == "invitation-only"


def test_viewer_of_another_workshop_sees_what_nobody_sees(world):
    workshop, _member, _grantee = world
    elsewhere = ParticipantFactory()  # whom the database lets nobody invite here
    SessionFactory(workshop=workshop, access=RESTRICTED)

    viewer = Viewer(workshop=workshop, participant=elsewhere)

    assert viewer == Viewer.nobody(workshop)
    assert not Session.objects.visible_to(viewer)


CAPACITIES = ["none", "claimed", "verified", "verified for another"]


@pytest.mark.parametrize(
    ("status", "capacity", "access", "is_invited"),
    list(product(Status, CAPACITIES, Session.Access, [False, True])),
)
def test_decide_and_visible_to_agree(world, status, capacity, access, is_invited):
    workshop, member, grantee = world
    held = {
        "none": {},
        "claimed": {"claimed": [member]},
        "verified": {"verified": [member]},
        "verified for another": {"verified": [grantee]},
    }[capacity]
    person = ParticipantFactory(workshop=workshop, status=status, **held)
    session = SessionFactory(
        workshop=workshop, access=access, admits=[member], invites=[person] if is_invited else []
    )

    decision = decide(session, person, timezone.now())
    reads = Session.objects.visible_to(Viewer.of_participant(person)).filter(pk=session.pk).exists()

    is_confirmed = status == Status.CONFIRMED
    is_admitted = access == OPEN or capacity == "verified" or is_invited
    assert reads == (access == OPEN or (is_confirmed and is_admitted))
    assert bool(decision) == (is_confirmed and reads)
    assert decision.code == (
        "not-confirmed" if not is_confirmed else "yes" if is_admitted else "affiliation"
    )


def test_decide_names_the_reason(world):
    workshop, _member, _grantee = world
    person = ParticipantFactory(workshop=workshop)
    by_name = SessionFactory(workshop=workshop, access=RESTRICTED)
    full = SessionFactory(workshop=workshop, seats=1)
    holder = ParticipantFactory(workshop=workshop)
    SignUp.objects.create(session=full, participant=holder, during=(full.starts_at, full.ends_at))

    def code(session, person, at=None):
        return decide(session, person, at or timezone.now()).code

    assert code(by_name, person) == "invitation-only"
    assert code(full, person) == "full"
    assert code(full, holder) == "yes"
    assert code(full, holder, at=full.ends_at) == "over"
    assert code(full, None) == "not-confirmed"
    assert code(full, ParticipantFactory()) == "not-confirmed"


def test_decide_tells_nothing_of_a_session_that_does_not_admit(world):
    workshop, member, _grantee = world
    person = ParticipantFactory(workshop=workshop)
    session = SessionFactory(workshop=workshop, access=RESTRICTED, admits=[member], seats=1)
    holder = ParticipantFactory(workshop=workshop, verified=[member])
    SignUp.objects.create(
        session=session, participant=holder, during=(session.starts_at, session.ends_at)
    )

    assert decide(session, person, session.ends_at + timedelta(days=1)).code == "affiliation"


def test_entries_keep_everything_but_a_teaser_back(world):
    workshop, member, _grantee = world
    session = SessionFactory(
        workshop=workshop,
        access=RESTRICTED,
        listing=LOCKED,
        admits=[member],
        seats=5,
        room=RoomFactory(workshop=workshop),
        abstract="Text",
    )
    nobody = Viewer.nobody(workshop)

    [teaser] = entries(Session.objects.listed_for(nobody), nobody)

    assert type(teaser) is Teaser
    assert {field.name for field in fields(teaser)} == {
        "public_id",
        "slug",
        "title",
        "starts_at",
        "ends_at",
        "access",
        "admitted",
    }
    assert (teaser.slug, teaser.title) == (session.slug, session.title)
    assert teaser.audience == "For: ECPAT member"
    assert not hasattr(teaser, "__dict__")


def test_teasers_place_among_parallel_sessions_does_not_tell_its_room(world):
    workshop, member, _grantee = world
    rooms = [RoomFactory(workshop=workshop, position=n) for n in range(3)]
    locked = {"access": RESTRICTED, "listing": LOCKED, "admits": [member]}
    SessionFactory(workshop=workshop, room=rooms[0], slug="z-locked", **locked)
    SessionFactory(workshop=workshop, room=rooms[1], slug="a-locked", **locked)
    SessionFactory(workshop=workshop, room=rooms[2], slug="open")
    nobody = Viewer.nobody(workshop)

    listed = entries(Session.objects.listed_for(nobody), nobody)

    assert [entry.slug for entry in listed] == ["open", "a-locked", "z-locked"]


def test_entries_tell_a_member_all(world):
    workshop, member, _grantee = world
    room = RoomFactory(workshop=workshop, name="Ballroom")
    session = SessionFactory(
        workshop=workshop, access=RESTRICTED, listing=HIDDEN, admits=[member], seats=5, room=room
    )
    person = ParticipantFactory(workshop=workshop, verified=[member])
    SignUp.objects.create(
        session=session, participant=person, during=(session.starts_at, session.ends_at)
    )
    viewer = Viewer.of_participant(person)

    [entry] = entries(Session.objects.listed_for(viewer), viewer)

    assert type(entry) is Entry
    assert (entry.room, entry.seats, entry.taken, entry.mine) == ("Ballroom", 5, 1, True)
    assert entry.starts_at.utcoffset() == timedelta(hours=7)


def test_hidden_session_is_not_listed_and_another_workshops_neither(world):
    workshop, member, _grantee = world
    SessionFactory(workshop=workshop, access=RESTRICTED, listing=HIDDEN, admits=[member])
    elsewhere = SessionFactory(starts_at=moment(workshop, hour=12))
    outsider = ParticipantFactory(workshop=workshop)
    viewer = Viewer.of_participant(outsider)

    assert elsewhere.workshop != workshop
    assert not Session.objects.listed_for(viewer)


def test_organiser_reads_all_in_the_session_that_gave_a_second_factor(world, enter):
    workshop, member, _grantee = world
    SessionFactory(workshop=workshop, access=RESTRICTED, listing=HIDDEN, admits=[member])
    user = RoleFactory(workshop=workshop, duty=Duty.PROGRAMME).user
    with_it = enter(user).session

    viewers = [Viewer.of(request_of(user, workshop, each)) for each in (with_it, {})]

    assert [Session.objects.visible_to(each).count() for each in viewers] == [1, 0]


def test_organiser_who_is_coming_reads_as_a_participant_without_a_second_factor(world):
    workshop, member, grantee = world
    for admitted in (member, grantee):
        SessionFactory(workshop=workshop, access=RESTRICTED, listing=HIDDEN, admits=[admitted])
    person = ParticipantFactory(workshop=workshop, verified=[member])
    RoleFactory(workshop=workshop, user=person.user)

    viewer = Viewer.of(request_of(person.user, workshop))

    assert viewer.participant == person
    assert Session.objects.visible_to(viewer).count() == 1
