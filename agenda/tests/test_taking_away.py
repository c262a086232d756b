"""Nothing is taken from people in silence: who loses what is shown first, told after, on record."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda import actions, session_changes
from agenda.access import admitted, decide
from agenda.actions import give_role
from agenda.models import Session, SessionRole, SignUp
from agenda.retention import free_lost_seats
from agenda.tests.factories import RoomFactory, SessionFactory
from agenda.tests.test_admin import change_of, form_of
from foundation.core.refusals import Refused
from foundation.mail.models import Message
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory, moment
from registration.access import Viewer
from registration.models import Loss, Status
from registration.tests.factories import AffiliationFactory, ParticipantFactory
from workshop.tests.filled import agreed

pytestmark = pytest.mark.django_db


@pytest.fixture
def bangkok():
    return WorkshopFactory(slug="bangkok", title="Bangkok")


@pytest.fixture
def organiser(enter, bangkok):
    return enter(RoleFactory(workshop=bangkok, duty=Duty.PROGRAMME).user)


@pytest.fixture
def session(bangkok):
    return SessionFactory(workshop=bangkok, title="Opening-title", seats=3)


@pytest.fixture
def held(bangkok, session):
    """Two people who hold a seat, the first came first."""
    people = [ParticipantFactory(workshop=bangkok) for _n in range(2)]
    for each in people:
        actions.sign_up(session=session, participant=each)
    return people


def told() -> list:
    return sorted(Message.objects.filter(kind="agenda/changed").values_list("about", flat=True))


class TestForm:
    def test_narrowed_access_names_who_loses_it_first_and_tells_them_after(
        self, organiser, session, held
    ):
        member = AffiliationFactory(workshop=session.workshop)
        stays = ParticipantFactory(workshop=session.workshop, verified=[member])
        form = form_of(session, access="restricted", affiliations=[member.pk])

        asked = organiser.post(change_of(session), form)
        session.refresh_from_db()
        before = (session.access, session.sign_ups.count(), Loss.objects.count())
        agreed(organiser, asked)

        page = asked.content.decode()
        assert all(str(person) in page for person in held)
        assert str(stays) not in page
        assert before == ("open", 2, 0)
        assert not session.sign_ups.exists()
        assert told() == sorted(person.public_id for person in held)
        assert {(loss.participant, loss.kind) for loss in Loss.objects.all()} == {
            (person, kind) for person in held for kind in ("admission", "sign-up")
        }
        assert {loss.by for loss in Loss.objects.all()} == {asked.wsgi_request.user}

    def test_closed_sessions_title_is_in_no_letter_to_whom_it_is_closed(
        self, organiser, session, held
    ):
        form = form_of(session, access="restricted", title="Secret-title")

        agreed(organiser, organiser.post(change_of(session), form))

        texts = " ".join(each.text + each.subject for each in Message.objects.all())
        losses = " ".join(loss.what for loss in Loss.objects.all())
        assert "Secret-title" not in texts + losses

    def test_fewer_seats_take_those_of_the_last(self, organiser, session, held):
        first, last = held

        asked = organiser.post(change_of(session), form_of(session, seats=1))
        agreed(organiser, asked)

        assert str(first) not in asked.content.decode()
        assert [each.participant for each in session.sign_ups.all()] == [first]
        assert told() == [last.public_id]

    def test_moved_session_takes_its_people_along_and_tells_them(self, organiser, session, held):
        form = form_of(session, starts_at_1="15:00", ends_at_1="16:00")

        agreed(organiser, organiser.post(change_of(session), form))

        assert {each.during.lower for each in SignUp.objects.all()} == {
            moment(session.workshop, hour=15)
        }
        assert told() == sorted(person.public_id for person in held)
        assert "15:00" in Message.objects.first().text
        assert {loss.kind for loss in Loss.objects.all()} == {"moved"}

    def test_session_that_loses_its_room_names_its_people_first_and_tells_them(
        self, organiser, session, held
    ):
        session.room = RoomFactory(workshop=session.workshop)
        session.save()

        asked = organiser.post(change_of(session), form_of(session, room=""))
        named, before = asked.content.decode(), Message.objects.count()
        agreed(organiser, asked)

        assert all(str(person) in named for person in held)
        assert before == 0
        assert told() == sorted(person.public_id for person in held)
        assert "Its room is not decided yet." in Message.objects.first().text

    def test_nothing_is_asked_where_nothing_is_taken(self, organiser, session, held):
        answer = organiser.post(change_of(session), form_of(session, title="Another title"))

        assert answer.status_code == 302
        assert not Message.objects.exists()

    def test_role_taken_away_is_told(self, organiser, session, bangkok):
        speaker = ParticipantFactory(workshop=bangkok)
        role = SessionRole.objects.create(session=session, participant=speaker, role="speaker")
        row = {"id": role.pk, "session": session.pk, "participant": speaker.pk}
        row |= {"role": "speaker", "DELETE": "on"}
        form = form_of(session, **{f"roles-0-{name}": value for name, value in row.items()})
        form |= {"roles-TOTAL_FORMS": 1, "roles-INITIAL_FORMS": 1}

        agreed(organiser, organiser.post(change_of(session), form))

        assert not session.roles.exists()
        assert told() == [speaker.public_id]
        assert Loss.objects.get().kind == "role"

    def test_asks_again_where_somebody_signed_up_in_between(
        self, organiser, session, held, bangkok
    ):
        asked = organiser.post(change_of(session), form_of(session, access="restricted"))
        late = ParticipantFactory(workshop=bangkok)
        actions.sign_up(session=session, participant=late)

        again = agreed(organiser, asked)

        assert str(late) in again.content.decode()
        session.refresh_from_db()
        assert (session.access, session.sign_ups.count()) == ("open", 3)
        agreed(organiser, again)
        assert not session.sign_ups.exists()

    def test_protected_are_named_to_those_alone_who_may_know_them(
        self, enter, organiser, session, bangkok
    ):
        hidden = ParticipantFactory(workshop=bangkok, is_protected=True, alias="Alias-one")
        actions.sign_up(session=session, participant=hidden)
        form = form_of(session, access="restricted")

        programme = organiser.post(change_of(session), form).content.decode()
        knows = enter(RoleFactory(workshop=bangkok).user)
        knowing = knows.post(change_of(session), form).content.decode()

        assert "Alias-one" not in programme
        assert "Alias-one" in knowing
        assert hidden.badge_name not in programme + knowing


class TestCancelled:
    def test_is_asked_told_shown_and_undone(self, organiser, session, held, bangkok):
        page = reverse("agenda:session", args=[bangkok.slug, session.slug])
        chosen = {"action": "cancel", "_selected_action": [session.pk]}

        agreed(organiser, organiser.post(reverse("admin:agenda_session_changelist"), chosen))
        cancelled = organiser.get(page).content.decode()
        letters = told()
        session_changes.reinstate(session=session)

        assert "This session is cancelled." in cancelled
        assert letters == sorted(person.public_id for person in held)
        assert "This session is cancelled." not in organiser.get(page).content.decode()
        assert {each.during.lower for each in SignUp.objects.all()} == {session.starts_at}
        assert not Loss.objects.to_give_back().exists()

    def test_refuses_whoever_signs_up(self, session, bangkok):
        session_changes.cancel(session=session)

        with pytest.raises(Refused) as refused:
            actions.sign_up(session=session, participant=ParticipantFactory(workshop=bangkok))

        assert refused.value.code == "cancelled"

    def test_leaves_its_room_and_its_peoples_time_to_others(self, session, held, bangkok):
        room = RoomFactory(workshop=bangkok)
        Session.objects.filter(pk=session.pk).update(room=room)
        session_changes.cancel(session=session)

        other = SessionFactory(workshop=bangkok, room=room, seats=5)
        actions.sign_up(session=other, participant=held[0])
        with pytest.raises(Refused) as refused:
            session_changes.reinstate(session=session)
        Session.objects.filter(pk=other.pk).update(room=None)
        session_changes.reinstate(session=session)

        assert refused.value.code == "room-taken"
        assert {each.participant for each in session.sign_ups.all()} == {held[1]}
        assert [each.participant for each in other.sign_ups.all()] == [held[0]]

    def test_is_cancelled_once_and_reinstated_once(self, session):
        session_changes.cancel(session=session)
        with pytest.raises(Refused) as twice:
            session_changes.cancel(session=session)
        session_changes.reinstate(session=session)
        with pytest.raises(Refused) as never:
            session_changes.reinstate(session=session)

        assert (twice.value.code, never.value.code) == ("already-cancelled", "not-cancelled")

    def test_over_is_neither(self):
        last_week = timezone.now().date() - timedelta(days=7)
        session = SessionFactory(workshop=WorkshopFactory(starts_on=last_week))

        with pytest.raises(Refused) as cancelled:
            session_changes.cancel(session=session)
        Session.objects.update(cancelled_at=session.starts_at)
        with pytest.raises(Refused) as reinstated:
            session_changes.reinstate(session=session)

        assert (cancelled.value.code, reinstated.value.code) == ("over", "over")


def test_what_the_worker_frees_is_told_and_on_record_once(session, held):
    Session.objects.update(access="restricted")

    assert free_lost_seats() is True
    assert free_lost_seats() is False

    assert told() == sorted(person.public_id for person in held)
    assert Loss.objects.count() == 2


def test_deleted_session_tells_its_people(organiser, session, bangkok):
    speaker = ParticipantFactory(workshop=bangkok)
    SessionRole.objects.create(session=session, participant=speaker, role="speaker")
    address = reverse("admin:agenda_session_delete", args=[session.pk])

    asked = organiser.post(address, {"post": "yes"})
    assert Session.objects.exists()
    agreed(organiser, asked)

    assert not Session.objects.exists()
    assert told() == [speaker.public_id]


def test_admitted_are_those_who_would_be_let_in(bangkok):
    member = AffiliationFactory(workshop=bangkok)
    people = [
        ParticipantFactory(workshop=bangkok),
        ParticipantFactory(workshop=bangkok, verified=[member]),
        ParticipantFactory(workshop=bangkok, claimed=[member]),
        ParticipantFactory(workshop=bangkok, verified=[member], status=Status.PENDING),
        ParticipantFactory(),
    ]
    invited = people[0]
    sessions = [
        SessionFactory(workshop=bangkok),
        SessionFactory(workshop=bangkok, access="restricted", admits=[member]),
        SessionFactory(workshop=bangkok, access="restricted", invites=[invited]),
        SessionFactory(workshop=bangkok, access="restricted", admits=[member], invites=[invited]),
        SessionFactory(workshop=bangkok, access="restricted"),
        SessionFactory(workshop=bangkok, access="restricted"),
    ]
    give_role(session=sessions[-1], participant=invited, role="speaker")

    for session in sessions:
        let_in = {each for each in people if decide(session, each, timezone.now())}
        assert set(admitted(session)) == let_in
    assert Viewer.of_participant(invited).participant == invited
