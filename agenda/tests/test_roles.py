"""A role at a session: it admits, is told, stands on one's page, and goes with all it brought."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda import actions
from agenda.models import Session, SessionRole, SignUp
from agenda.tests.factories import SessionFactory
from agenda.tests.test_admin import change_of, form_of
from foundation.core.refusals import Refused
from foundation.mail.models import Message
from foundation.series.roles import Area, Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.actions import deciding
from registration.models import Status
from registration.tests.factories import ParticipantFactory
from registration.tests.staff import messages_of
from workshop.tests.filled import agreed

pytestmark = pytest.mark.django_db

HIDDEN = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.HIDDEN}


@pytest.fixture
def workshop():
    return WorkshopFactory(slug="bangkok")


@pytest.fixture
def person(workshop):
    return ParticipantFactory(workshop=workshop, badge_name="Ada Example")


@pytest.fixture
def organiser(enter, workshop):
    return enter(RoleFactory(workshop=workshop, duty=Duty.PROGRAMME).user)


def rows_of(session, *rows) -> dict:
    """What the table of roles posts: the rows that stand there, then `rows`, new ones."""
    held = list(session.roles.order_by("pk"))
    data = {"roles-TOTAL_FORMS": len(held) + len(rows), "roles-INITIAL_FORMS": len(held)}
    for n, role in enumerate(held):
        data |= {
            f"roles-{n}-id": role.pk,
            f"roles-{n}-participant": role.participant_id,
            f"roles-{n}-role": role.role,
        }
    for n, (participant, role) in enumerate(rows, start=len(held)):
        data |= {f"roles-{n}-participant": participant.pk, f"roles-{n}-role": role}
    return form_of(session) | data


def test_role_is_told_by_mail_to_the_person_alone(person, workshop):
    person.contact = ParticipantFactory(workshop=workshop).user
    person.save()
    session = SessionFactory(workshop=workshop, title="Strategy-title", **HIDDEN)

    actions.give_role(session=session, participant=person, role="facilitator")

    message = Message.objects.get()
    assert message.to == person.user.email
    assert "Facilitator: Strategy-title" in message.text
    assert session.get_absolute_url() in message.text
    assert "Strategy-title" not in message.subject


def test_role_of_whoever_is_not_confirmed_is_mailed_once_they_are(workshop):
    waiting = ParticipantFactory(workshop=workshop, status=Status.PENDING)
    cancelled = SessionFactory(workshop=workshop, cancelled_at=timezone.now())
    for session in (SessionFactory(workshop=workshop, title="Strategy-title"), cancelled):
        actions.give_role(session=session, participant=waiting, role="speaker")
    assert not Message.objects.exists()

    deciding.confirm(participant=waiting, by=None)

    confirmed, told = Message.objects.order_by("pk")
    assert (confirmed.kind, told.kind) == ("registration/confirmed", "agenda/role_given")
    assert told.to == waiting.user.email
    assert "Speaker: Strategy-title" in told.text


def test_text_that_tells_of_a_role_is_for_those_who_read_all_sessions():
    from agenda.messages import RoleGiven

    assert RoleGiven.read_in == Area.PROGRAMME


def test_role_is_given_once_and_inside_the_workshop(person, workshop):
    session = SessionFactory(workshop=workshop)
    actions.give_role(session=session, participant=person, role="speaker")

    with pytest.raises(Refused) as twice:
        actions.give_role(session=session, participant=person, role="speaker")
    with pytest.raises(Refused) as elsewhere:
        actions.give_role(session=SessionFactory(), participant=person, role="speaker")

    assert (twice.value.code, elsewhere.value.code) == ("role-already", "other-workshop")


def test_role_stands_on_ones_own_page_once_confirmed(client, person, workshop):
    session = SessionFactory(workshop=workshop, title="Strategy-title", **HIDDEN)
    actions.give_role(session=session, participant=person, role="rapporteur")
    client.force_login(person.user)

    html = client.get(reverse("workshop:me", args=[workshop.slug])).content.decode()
    person.status = Status.WAITING
    person.save()
    waiting = client.get(reverse("workshop:me", args=[workshop.slug])).content.decode()

    assert "Your roles" in html
    assert "Rapporteur:" in html
    assert "Strategy-title" not in waiting
    assert "Your roles" not in waiting


def test_seat_that_only_the_role_admitted_to_goes_with_it(person, workshop):
    closed = SessionFactory(workshop=workshop, seats=3, **HIDDEN)
    given = actions.give_role(session=closed, participant=person, role="interpreter")
    actions.sign_up(session=closed, participant=person)

    actions.take_role(given=given)

    assert not SignUp.objects.exists()


class TestForm:
    def test_new_row_gives_a_role_and_tells_it(self, organiser, person, workshop):
        session = SessionFactory(workshop=workshop)

        organiser.post(change_of(session), rows_of(session, (person, "speaker")))

        assert session.roles.get().participant == person
        assert Message.objects.get().kind == "agenda/role_given"

    def test_row_given_to_somebody_else_tells_them_and_takes_it(self, organiser, person, workshop):
        session = SessionFactory(workshop=workshop, seats=3, **HIDDEN)
        actions.give_role(session=session, participant=person, role="speaker")
        actions.sign_up(session=session, participant=person)
        other = ParticipantFactory(workshop=workshop)
        changed = rows_of(session) | {"roles-0-participant": other.pk}

        asked = organiser.post(change_of(session), changed | {"seats": 3, **HIDDEN})
        agreed(organiser, asked)

        told = {each.to: each.kind for each in Message.objects.order_by("pk")}
        assert session.roles.get().participant == other
        assert told == {other.user.email: "agenda/role_given", person.user.email: "agenda/changed"}
        assert not SignUp.objects.exists()

    def test_row_ticked_for_deletion_takes_the_role(self, organiser, person, workshop):
        session = SessionFactory(workshop=workshop)
        actions.give_role(session=session, participant=person, role="speaker")

        asked = organiser.post(change_of(session), rows_of(session) | {"roles-0-DELETE": "on"})
        agreed(organiser, asked)

        assert not SessionRole.objects.exists()

    def test_role_elsewhere_at_the_same_time_is_named(self, organiser, person, workshop):
        other = SessionFactory(workshop=workshop, title="Opening")
        next_one = SessionFactory(workshop=workshop, starts_at=moment(workshop, hour=10))
        session = SessionFactory(workshop=workshop)
        for each in (other, next_one):
            actions.give_role(session=each, participant=person, role="facilitator")

        saved = organiser.post(
            change_of(session), rows_of(session, (person, "facilitator")), follow=True
        )
        opened = organiser.get(change_of(session))

        for answer in (saved, opened):
            warnings = [each for each in messages_of(answer) if "at the same time" in each]
            assert len(warnings) == 1
            assert "Ada Example has a role at “Opening”" in warnings[0]
            assert "Facilitator" in warnings[0]
