"""The demo's people and what they did so far. Only who is missing is made, whole or not at all.

They come the way that everybody comes, by the site's own actions, so that they have its mails and
its history. Whatever was tried in between stays: a place given back is not taken again, a person
declined stays declined.
"""

from contextlib import suppress
from datetime import datetime

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction

from agenda.actions import sign_up
from agenda.models import Session, SessionRole
from foundation.accounts.models import User
from foundation.core.refusals import Refused
from foundation.series.models import Role, TextVersion, Workshop
from registration.access import Viewer
from registration.actions.deciding import confirm, decline, grant, put_on_waiting_list, verify
from registration.actions.details import Details
from registration.actions.looking_after import register_as_contact
from registration.actions.proving import prove
from registration.actions.registering import register
from registration.messages import follow_protection
from registration.models import Affiliation, Organisation, Participant, Status, Submission
from tools.demo.cast import (
    ASSISTANT,
    CONFIRMED,
    DIRECTORS,
    ORGANISER,
    PEOPLE,
    PRACTICES,
    STAFF,
    Person,
    Staff,
    dietary,
    numbered,
    numbered_name,
)
from tools.demo.invitation import create_missing_invitation
from worldcafe.actions import reserve
from worldcafe.models import Table

DECISIONS = {
    Status.CONFIRMED: confirm,
    Status.WAITING: put_on_waiting_list,
    Status.DECLINED: decline,
}


def create_missing(workshop: Workshop) -> int:
    """Make the people who are not there yet, and return how many."""
    made = sum([_staff(workshop, member) for member in STAFF])
    organiser = User.objects.get(email=ORGANISER.email)
    made += _numbered(workshop, organiser)
    made += sum([_named(workshop, person, organiser) for person in PEOPLE])
    made += sum([_looked_after(workshop, person, organiser) for person in DIRECTORS])
    made += create_missing_invitation(workshop)
    return made


@transaction.atomic
def _staff(workshop: Workshop, member: Staff) -> bool:
    user, is_new = User.objects.get_or_create(
        email=member.email, defaults={"name": member.name, "is_staff": True}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        # Organisers need a second factor: this one's current code is shown at /demo/mailbox/.
        TOTP.activate(user, generate_totp_secret())
    # A role taken away in the admin stays away; a workshop made anew has none yet.
    if is_new or not Role.objects.filter(workshop=workshop).exists():
        Role.objects.create(workshop=workshop, user=user, duty=member.duty)
    return is_new


@transaction.atomic
def _named(workshop: Workshop, person: Person, organiser: User) -> bool:
    came, sent = workshop.participants, workshop.submissions
    if any(rows.filter(user__email=person.email).exists() for rows in (came, sent)):
        return False
    details = _details_of(workshop, person)
    if person.status is None:
        _send_form(workshop, person.email, details)
        return True
    participant = _come(
        workshop, person.email, details, person.status, organiser, is_verified=person.is_verified
    )
    if person.alias:
        _protect(participant, person.alias)
    if participant.is_confirmed and person.is_verified:
        _sign_up(participant, 0)
    if person.presents:
        _reserve(participant, 0)
    return True


@transaction.atomic
def _looked_after(workshop: Workshop, person: Person, organiser: User) -> bool:
    """Somebody whom the assistant registered; without a sign-in of their own."""
    contact, _is_new = User.objects.get_or_create(email=ASSISTANT.email)
    if workshop.participants.filter(contact=contact, badge_name=person.name).exists():
        return False
    participant = register_as_contact(
        workshop=workshop,
        contact=contact,
        details=_details_of(workshop, person),
        agreed_to=TextVersion.objects.current(workshop),
    )
    _decide(participant, person.status, organiser, is_verified=person.is_verified)
    return True


def _protect(participant: Participant, alias: str) -> None:
    participant.is_protected, participant.alias = True, alias
    participant.save()
    follow_protection(participant)


def _numbered(workshop: Workshop, organiser: User) -> int:
    """The forty who fill the room, from organisations that nobody of the demo comes from."""
    there = set(workshop.participants.values_list("user__email", flat=True))
    missing = [number for number in range(1, CONFIRMED + 1) if _email(number) not in there]
    if not missing:
        return 0
    organisations = list(
        workshop.organisations.filter(participants=None)
        .exclude(affiliations=None)
        .exclude(name__in=[person.organisation for person in (*PEOPLE, *DIRECTORS)])
        .prefetch_related("affiliations")
        .order_by("pk")
    )
    sessions = list(workshop.sessions.exclude(kind=Session.Kind.BREAK))
    for place, number in enumerate(missing):
        # Evenly over the list, which goes from members to agencies.
        at = place * len(organisations) // len(missing)
        chosen = organisations[at] if organisations else None
        _one_of_many(workshop, number, chosen, sessions, organiser)
    return len(missing)


@transaction.atomic
def _one_of_many(
    workshop: Workshop,
    number: int,
    organisation: Organisation | None,
    sessions: list[Session],
    organiser: User,
) -> None:
    country = str(organisation.country) if organisation else "TH"
    affiliations = list(organisation.affiliations.all()) if organisation else []
    details = _details(
        workshop,
        numbered_name(number, country),
        organisation,
        country,
        [each for each in affiliations if each.can_be_claimed],
        dietary(number),
    )
    participant = _come(
        workshop, _email(number), details, Status.CONFIRMED, organiser, is_verified=True
    )
    if not participant.is_confirmed:
        return
    for each in affiliations:
        if not each.can_be_claimed:
            grant(participant=participant, affiliation=each, by=organiser)
    if sessions:
        _role(participant, sessions[number % len(sessions)], number)
    _sign_up(participant, number)
    if number % 8 == 1:
        _reserve(participant, 1 + number // 8)


def _email(number: int) -> str:
    return f"{numbered(number)}@example.org"


def _details_of(workshop: Workshop, person: Person) -> Details:
    return _details(
        workshop,
        person.name,
        workshop.organisations.filter(name=person.organisation).first(),
        person.country,
        list(workshop.affiliations.filter(slug=person.affiliation)),
    )


def _details(
    workshop: Workshop,
    name: str,
    organisation: Organisation | None,
    country: str,
    affiliations: list[Affiliation],
    dietary: str = "",
) -> Details:
    """What somebody made up writes on the form."""
    return Details(
        badge_name=name,
        organisation=organisation,
        other_organisation="" if organisation else "A made-up organisation",
        job_title="Made-up coordinator",
        country=country,
        affiliations=affiliations,
        days=workshop.dates,
        dietary=dietary,
        access="",
    )


def _come(
    workshop: Workshop,
    email: str,
    details: Details,
    status: Status,
    organiser: User,
    *,
    is_verified: bool,
) -> Participant:
    """Register, and go as far as `status`; a full workshop leaves them waiting for an organiser."""
    _send_form(workshop, email, details)
    sent = Submission.objects.waiting().get(workshop=workshop, user__email=email)
    participant = prove(submission=sent)
    _decide(participant, status, organiser, is_verified=is_verified)
    participant.refresh_from_db()
    return participant


def _send_form(workshop: Workshop, email: str, details: Details) -> None:
    agreed_to = TextVersion.objects.current(workshop)
    register(workshop=workshop, email=email, details=details, agreed_to=agreed_to)


def _decide(
    participant: Participant, status: Status | None, organiser: User, *, is_verified: bool
) -> None:
    for claim in participant.participant_affiliations.all() if is_verified else ():
        verify(claim=claim, by=organiser)
    if status in DECISIONS:
        with suppress(Refused):
            DECISIONS[status](participant=participant, by=organiser)


def _sign_up(participant: Participant, number: int) -> None:
    """One of the limited sessions of each hour, where any admits; a full one is passed over."""
    by_hour: dict[datetime, list[Session]] = {}
    limited = Session.objects.visible_to(Viewer.of_participant(participant)).exclude(seats=None)
    for session in limited.order_by("starts_at", "slug"):
        by_hour.setdefault(session.starts_at, []).append(session)
    for sessions in by_hour.values():
        with suppress(Refused):
            sign_up(session=sessions[number % len(sessions)], participant=participant)


def _role(participant: Participant, session: Session, number: int) -> None:
    if (
        Session.objects.visible_to(Viewer.of_participant(participant))
        .filter(pk=session.pk)
        .exists()
    ):
        role = SessionRole.Role.values[number % len(SessionRole.Role.values)]
        SessionRole.objects.create(session=session, participant=participant, role=role)


def _reserve(host: Participant, number: int) -> None:
    """A table that is free, here and there in both cafés; none while reservations are closed."""
    tables = Table.objects.free().filter(cafe__session__workshop=host.workshop)
    free = list(tables.order_by("number", "cafe__session__starts_at"))
    if not free:
        return
    with suppress(Refused):
        reserve(
            table=free[4 * number % len(free)],
            host=host,
            practice=PRACTICES[number % len(PRACTICES)],
            country=str(host.country),
            summary="What was tried, with whom, and what came of it: made up for the demo.",
            brings="A poster, a short video and a game that takes five minutes.",
        )
