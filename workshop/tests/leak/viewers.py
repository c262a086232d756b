"""Everybody who may come to the site, and one who looks for what they must not find."""

from datetime import timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from agenda.models import SessionRole, SignUp
from foundation.accounts.tests.factories import UserFactory
from foundation.offers.models import EntryState
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory
from registration.actions import deciding
from registration.models import ParticipantAffiliation, Status, WaitingListEntry
from workshop.tests.leak import marks as who
from worldcafe.tests.factories import ReservationFactory

STAFF = [*Duty, "staff without a role", "organiser of the second", "operator"]
OTHERS = [
    "nobody",
    "stranger",
    "former organiser",
    "organiser by a code alone",
    "member of the second",
    "contact",
    *sorted(who.UNCONFIRMED),
    *sorted(who.CONFIRMED),
]
VIEWERS = [*map(str, reversed(STAFF)), *map(str, OTHERS)]  # the longest walks first


def add_viewers(world) -> None:
    """Make them all. The unconfirmed have every affiliation verified and are invited by name."""
    for status in sorted(who.UNCONFIRMED):
        person = _participant(world, status, status=Status(status))
        _hold(person, [world.member, world.grantee], verified_at=timezone.now())
        world.sessions["hidden by invitation"].invitees.add(person)
    _let_an_offer_end(world.participant("waiting"))
    seen_by = {"host": who.CONFIRMED, "interpreter": who.BY_NAME}
    for key in sorted(who.CONFIRMED - {"protected"}):
        _participant(world, key, seen_by=seen_by.get(key, who.NOBODY))
    _hold(world.participant("claimed"), [world.member, world.grantee])
    for key in ("member", "grantee", "partner"):
        affiliation = getattr(world, key)
        _hold(world.participant(key), [affiliation], verified_at=timezone.now())
    by_name = world.sessions["hidden by invitation"]
    by_name.invitees.add(world.participant("invitee"))
    SessionRole.objects.create(
        session=by_name, participant=world.participant("interpreter"), role="interpreter"
    )
    ReservationFactory(table=world.open_tables[1], host=world.participant("host"))
    _add_contact(world)
    _add_protected(world)
    _add_staff(world)


def _add_contact(world):
    """A contact who is nobody else: of a member with a sign-in, and of somebody without one."""
    contact = world.people["contact"] = UserFactory()
    looked_after = {"staff": who.PEOPLE, "contact": contact}
    member = world.person("looked after", world.here, **looked_after)
    _hold(member, [world.member], verified_at=timezone.now())
    world.sessions["hidden by invitation"].invitees.add(member)
    without = world.person("without a sign-in", world.here, **looked_after)
    without.user, without.unproved_email = None, without.user.email
    without.save()


def _add_protected(world):
    """Somebody protected with a part in everything. Made last: so the walk comes upon their row."""
    person = world.person(
        "protected", world.here, staff=who.PROTECTED, is_protected=True, alias="Alias 7"
    )
    _hold(person, [world.member], verified_at=timezone.now())
    session = world.sessions["open"]
    SessionRole.objects.create(session=session, participant=person, role="speaker")
    SignUp.objects.create(
        session=session, participant=person, during=(session.starts_at, session.ends_at)
    )
    world.sessions["hidden by invitation"].invitees.add(person)
    ReservationFactory(table=world.open_tables[2], host=person)
    deciding.verify(
        claim=person.participant_affiliations.create(affiliation=world.grantee),
        by=UserFactory(is_staff=True, is_superuser=True),
    )


def _participant(world, key, **fields):
    return world.person(key, world.here, staff=who.PEOPLE, **fields)


def _let_an_offer_end(person):
    """They may join the waiting list again; a good offer would let them in, and rightly."""
    ended = timezone.now()
    WaitingListEntry.objects.create(
        participant=person,
        state=EntryState.EXPIRED,
        offered_at=ended - timedelta(days=3),
        offer_ends_at=ended,
    )


def _hold(person, affiliations, **fields):
    for affiliation in affiliations:
        ParticipantAffiliation.objects.create(participant=person, affiliation=affiliation, **fields)


def _add_staff(world):
    for duty in Duty:
        world.people[str(duty)] = RoleFactory(workshop=world.here, duty=duty).user
    world.people |= {
        "stranger": UserFactory(),
        "former organiser": RoleFactory(workshop=world.here, user__is_staff=False).user,
        "organiser by a code alone": RoleFactory(workshop=world.here).user,
        "staff without a role": UserFactory(is_staff=True),
        "organiser of the second": RoleFactory(workshop=world.second).user,
        "operator": UserFactory(is_staff=True, is_superuser=True),
    }
    for key in map(str, STAFF):  # whose session gives it, too
        TOTP.activate(world.people[key], generate_totp_secret())


def user_of(world, viewer: str):
    return AnonymousUser() if viewer == "nobody" else world.people[viewer]
