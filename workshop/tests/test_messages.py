"""Every message of every app, read as a whole: a new kind is covered once it is listed here."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from agenda.actions import give_role
from agenda.messages import AgendaChanged, RoleGiven
from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.mail.actions import send_again
from foundation.mail.compose import send
from foundation.mail.fate import may_read
from foundation.mail.kinds import KINDS
from foundation.mail.models import Message, State
from foundation.mail.tests.factories import MessageFactory
from foundation.series.roles import RIGHTS, Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration import messages, secret_messages
from registration.actions import inviting
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    ParticipantFactory,
    SubmissionFactory,
)
from workshop.messages import WorkshopMoved
from worldcafe.messages import ToHost
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db

ADDRESS = "ada@example.org"
OURS = {name: kind for name, kind in KINDS.items() if not name.startswith("made-up/")}
TEMPLATES = {
    str(path.relative_to(settings.BASE_DIR / "templates"))
    for path in settings.BASE_DIR.glob("templates/*/mail/[!_]*.txt")
}


def made(kind):
    """A message of this kind, and the workshop that it is from."""
    workshop = WorkshopFactory(title="Safe & “sound”")
    if kind is secret_messages.Verify:
        sent = SubmissionFactory(workshop=workshop)
        return workshop, kind(submission=sent, good_for=timedelta(days=3))
    if kind is secret_messages.Invited:
        return workshop, kind(invitation=InvitationFactory(workshop=workshop, name="Ada Example"))
    member = AffiliationFactory(workshop=workshop, name="ECPAT member")
    person = ParticipantFactory(workshop=workshop, verified=[member])
    if issubclass(kind, ToHost):
        table = TableFactory(cafe=CafeFactory(session__workshop=workshop))
        return workshop, kind.of(ReservationFactory(table=table, host=person))
    if kind is RoleGiven:
        session = SessionFactory(workshop=workshop)
        return workshop, kind.of(give_role(session=session, participant=person, role="speaker"))
    more = {
        secret_messages.OwnAddress: {"good_for": timedelta(days=3)},
        messages.AffiliationUnverified: {"affiliation": "ECPAT member"},
        messages.Restored: {"came_back": ["seat at a session"], "gone": ["Table 5"]},
        WorkshopMoved: {"lines": ["“Opening” is now on Tue 9 Feb 2027, 11:00–12:30."]},
        AgendaChanged: {"lines": ["“Opening”, Tue 9 Feb 2027, is cancelled."]},
        messages.AffiliationVerified: {"affiliations": ["ECPAT member"]},
        messages.SeatOffered: {"ends_at": "Tue 9 Feb 2027, 11:00"},
        messages.OfferEnded: {"ends_at": "Tue 9 Feb 2027, 11:00"},
    }
    return workshop, kind(participant=person, **more.get(kind, {}))


@pytest.mark.parametrize("kind", OURS.values(), ids=OURS)
def test_message_says_from_whom_it_is_what_to_do_and_whom_to_write_to(kind):
    workshop, what = made(kind)

    message = send(what, to="ada@example.org", workshop=workshop)

    greeting, *_rest, end = message.text.strip().split("\n")
    contact = f"{settings.SITE_URL}{workshop.get_absolute_url()}#contact"
    links = set(re.findall(r"https?://\S+", message.text))
    assert re.fullmatch(r"(Dear .+|Hello),", greeting)
    assert end == "The organisers of Safe & “sound”"
    assert contact in links
    assert len(links) == 2
    assert not re.search(r"[{}]|&amp;|None|\n{4}", message.subject + message.text)


def test_every_template_belongs_to_a_kind_and_every_kind_has_its_two():
    of_kinds = {template for kind in OURS.values() for template in kind.templates()}

    assert of_kinds == TEMPLATES
    assert len(OURS) > 10


def test_kind_that_carries_a_secret_says_so():
    secret = {kind for kind in OURS.values() if kind.is_secret}

    assert secret == {
        secret_messages.Verify,
        secret_messages.OwnAddress,
        secret_messages.Invited,
    }


@pytest.mark.parametrize("kind", OURS.values(), ids=OURS)
@pytest.mark.parametrize("duty", Duty)
def test_text_is_read_by_whoever_has_the_area_that_its_kind_names(kind, duty):
    workshop = WorkshopFactory()
    staff = RoleFactory(workshop=workshop, duty=duty).user
    message = MessageFactory(workshop=workshop, kind=kind.name)

    assert may_read(staff, message) == (kind.read_in in RIGHTS[duty])


def test_times_are_told_in_the_workshops_zone():
    expires_at = datetime(2027, 1, 31, 20, tzinfo=UTC)
    invitation = InvitationFactory(workshop__timezone="Asia/Bangkok", expires_at=expires_at)

    inviting.invite(invitation=invitation, by=None)

    assert "1 February 2027, 03:00 (Asia/Bangkok)" in Message.objects.get().text


def given_up(kind) -> Message:
    """A message of this kind that nobody got; a secret one has lost its text by then."""
    workshop, what = made(kind)
    about = getattr(what, "submission", None) or getattr(what, "participant", None)
    if kind is secret_messages.OwnAddress:
        type(about).objects.update(user=None, contact=UserFactory(), unproved_email=ADDRESS)
    if kind is secret_messages.Verify:
        type(about.user).objects.update(email=ADDRESS)
    if kind is secret_messages.Invited:
        type(what.invitation).objects.update(email=ADDRESS)
    public_id = about.public_id if about else None
    message = send(what, to=ADDRESS, workshop=workshop, about=public_id)
    message.state = State.GIVEN_UP
    message.text = "" if message.is_secret else message.text
    message.save()
    return message


@pytest.mark.parametrize("kind", OURS.values(), ids=OURS)
def test_message_that_was_given_up_can_be_sent_again_a_secret_link_as_a_fresh_one(kind, client):
    message = given_up(kind)

    send_again(message=message)

    again = Message.objects.latest("pk")
    assert (again.kind, again.to, again.state) == (kind.name, ADDRESS, State.QUEUED)
    assert again.is_secret == kind.is_secret
    if kind.is_secret:
        link = re.search(rf"{settings.SITE_URL}(/\S+/register/\S+)", again.text)[1]
        page = client.get(link).content.decode()
        assert "This link has expired or was already used" not in page
        assert "<form" in page
    else:
        assert again.text == message.text
