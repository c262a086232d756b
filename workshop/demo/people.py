"""The demo's people and what they did so far. Only who is missing is made, whole or not at all.

So whatever was tried in between stays: a place given back is not taken again, a person declined
stays declined.
"""

from contextlib import suppress
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from agenda.actions import sign_up
from agenda.models import Session, SessionRole
from registration.models import (
    Attendance,
    Capacity,
    Consent,
    Invitation,
    Participant,
    SensitiveDetails,
    Status,
    User,
)
from registration.viewers import Viewer
from workshop.demo import letters
from workshop.demo.cast import (
    CONFIRMED,
    ORGANISER,
    PEOPLE,
    SPECIMENS,
    STAFF,
    Person,
    numbered,
    numbered_name,
)
from workshop.models import Role, Workshop
from workshop.refusals import Refused
from worldcafe.models import Reservation, Table

PROVED = {Status.PENDING, Status.CONFIRMED, Status.WAITING, Status.DECLINED}
DIETARY = ["Vegetarian (made up)", "Halal (made up)", "No peanuts (made up)"]
PRACTICES = [
    "Listening to children before a law is drafted",
    "A helpline that answers in four languages",
    "Young survivors as advisers",
    "Teachers who know whom to call",
    "From report to removal in a day",
    "Court days without a queue",
]


def create_missing(workshop: Workshop) -> int:
    """Make the people who are not there yet; how many."""
    made = sum([_staff(workshop, member) for member in STAFF])
    organiser = User.objects.get(email=ORGANISER.email)
    made += sum([_named(workshop, person, organiser) for person in PEOPLE])
    made += _numbered(workshop, organiser)
    made += _invitation(workshop)
    return made


@transaction.atomic
def _staff(workshop, member) -> bool:
    user, is_new = _user(member.email, member.name, is_staff=True)
    if is_new:
        # Organisers need a second factor: this one's current code is shown at /demo/mailbox/.
        TOTP.activate(user, generate_totp_secret())
        _prove(user)
    # A role taken away in the admin stays away; a workshop made anew has none yet.
    if is_new or not Role.objects.filter(workshop=workshop).exists():
        Role.objects.create(workshop=workshop, user=user, duty=member.duty)
    return is_new


@transaction.atomic
def _named(workshop, person: Person, organiser) -> bool:
    organisation = workshop.organisations.filter(name=person.organisation).first()
    participant = _participant(
        workshop, person.email, person.name, organisation, person.country, person.status, organiser
    )
    if participant is None:
        return False
    affiliation = workshop.affiliations.filter(slug=person.affiliation).first()
    if affiliation:
        _capacity(participant, affiliation, organiser if person.is_verified else None)
    if person.is_verified and participant.is_confirmed:
        _sign_up(participant, 0)
    if person.presents:
        _reserve(participant, 0)
    letters.write(participant)
    return True


def _numbered(workshop, organiser) -> int:
    """The forty who fill the room, from organisations that nobody of the demo comes from yet."""
    there = set(
        workshop.participants.filter(user__email__startswith="person-").values_list(
            "user__email", flat=True
        )
    )
    missing = [n for n in range(1, CONFIRMED + 1) if f"{numbered(n)}@example.org" not in there]
    if not missing:
        return 0
    organisations = list(
        workshop.organisations.filter(participants=None)
        .exclude(affiliations=None)
        .prefetch_related("affiliations")
        .order_by("pk")
    )
    sessions = list(workshop.sessions.exclude(kind=Session.Kind.BREAK))
    for place, number in enumerate(missing):
        # Evenly over the list, which goes from members to agencies.
        chosen = (
            organisations[place * len(organisations) // len(missing)] if organisations else None
        )
        _one_of_many(workshop, number, chosen, sessions, organiser)
    return len(missing)


@transaction.atomic
def _one_of_many(workshop, number, organisation, sessions, organiser) -> None:
    country = organisation.country.code if organisation else "TH"
    participant = _participant(
        workshop, f"{numbered(number)}@example.org", numbered_name(number, country),
        organisation, country, Status.CONFIRMED, organiser,
    )  # fmt: skip
    if participant is None:
        return
    for affiliation in organisation.affiliations.all() if organisation else ():
        _capacity(participant, affiliation, organiser)
    if number % 8 == 0:
        dietary = DIETARY[number // 8 % len(DIETARY)]
        SensitiveDetails.objects.create(participant=participant, dietary=dietary)
    if sessions:
        _role(participant, sessions[number % len(sessions)], number)
    _sign_up(participant, number)
    if number % 8 == 1:
        _reserve(participant, 1 + number // 8)


def _user(email: str, name: str, **fields) -> tuple[User, bool]:
    return User.objects.get_or_create(email=email, defaults={"name": name} | fields)


def _prove(user: User) -> None:
    """As if they had opened the link in a mail: signing in asks for it otherwise."""
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def _participant(workshop, email, name, organisation, country, status, organiser):
    """A new participant with consents and days; None where the person is there already."""
    user, _is_new = _user(email, name)
    if workshop.participants.filter(user=user).exists():
        return None
    decided = status in {Status.CONFIRMED, Status.WAITING, Status.DECLINED}
    participant = Participant.objects.create(
        workshop=workshop,
        user=user,
        badge_name=name,
        organisation=organisation,
        other_organisation="" if organisation else "A made-up organisation",
        job_title="Made-up coordinator",
        country=country,
        status=status,
        status_by=organiser if decided else None,
    )
    if status in PROVED:
        _prove(user)
    Attendance.objects.bulk_create(
        Attendance(participant=participant, on=day) for day in workshop.dates
    )
    Consent.objects.bulk_create(
        Consent(participant=participant, to=to, version=workshop.texts_version)
        for to in Consent.To.values
    )
    return participant


def _capacity(participant, affiliation, verified_by) -> None:
    Capacity.objects.create(
        participant=participant,
        affiliation=affiliation,
        verified_at=timezone.now() if verified_by else None,
        verified_by=verified_by,
    )


def _viewer(participant) -> Viewer:
    return Viewer(workshop=participant.workshop, participant=participant)


def _sign_up(participant, number: int) -> None:
    """One of the limited sessions of each hour, where any admits; a full one is passed over."""
    by_hour = {}
    limited = Session.objects.visible_to(_viewer(participant)).exclude(seats=None)
    for session in limited.order_by("starts_at", "slug"):
        by_hour.setdefault(session.starts_at, []).append(session)
    for sessions in by_hour.values():
        with suppress(Refused):
            sign_up(session=sessions[number % len(sessions)], participant=participant)


def _role(participant, session, number: int) -> None:
    if Session.objects.visible_to(_viewer(participant)).filter(pk=session.pk).exists():
        role = SessionRole.Role.values[number % len(SessionRole.Role.values)]
        SessionRole.objects.create(session=session, participant=participant, role=role)


def _reserve(host, number: int) -> None:
    """The first table that is free, in the two cafés by turns."""
    tables = Table.objects.filter(cafe__session__workshop=host.workshop)
    taken = Reservation.objects.active().values("table")
    free = list(tables.exclude(pk__in=taken).order_by("number", "cafe__session__starts_at"))
    if free:
        Reservation.objects.create(
            table=free[number % len(free)],
            host=host,
            practice=PRACTICES[number % len(PRACTICES)],
            country=host.country,
            summary="What was tried, with whom, and what came of it: made up for the demo.",
            brings="A poster, a short video and a game that takes five minutes.",
        )


def _invitation(workshop) -> bool:
    """One personal link that nobody has used; the tester's own invitations are left alone."""
    if good_invitation(workshop):
        return False
    ours = workshop.invitations.filter(email__startswith="invited-", email__endswith="@example.org")
    expires_at = timezone.now() + settings.INVITATION_GOOD_FOR
    unused = ours.filter(used_at=None).first()
    if unused:
        unused.expires_at = expires_at
        unused.save()
        return False
    number = 1
    while workshop.invitations.filter(email=f"invited-{number}@example.org").exists():
        number += 1
    _invite(workshop, number, expires_at)
    return True


@transaction.atomic
def _invite(workshop, number, expires_at) -> None:
    invitation = Invitation.objects.create(
        workshop=workshop,
        email=f"invited-{number}@example.org",
        name=f"Demo Invited {number} · {SPECIMENS['KR']}",
        organisation=workshop.organisations.filter(name="ECPAT member in South Korea").first(),
        expires_at=expires_at,
    )
    invitation.affiliations.set(workshop.affiliations.filter(slug="ecpat-member"))
    letters.invite(invitation)


def good_invitation(workshop) -> Invitation | None:
    """The demo's own invitation whose link still works, and will tomorrow."""
    ours = workshop.invitations.filter(email__startswith="invited-", email__endswith="@example.org")
    lasting = timezone.now() + timedelta(days=1)
    return ours.filter(used_at=None, expires_at__gt=lasting).first()
