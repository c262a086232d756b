"""Cancelled is not the end: what a registration was comes back, with what is still free."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda import actions as agenda
from agenda.tests.factories import SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.backoffice import parts
from foundation.core.refusals import Refused
from foundation.core.tests.at_once import at_once
from foundation.mail.models import Message
from foundation.series.tests.factories import WorkshopFactory
from registration.actions import deciding, inviting
from registration.actions.registering import registration_of
from registration.actions.restoring import restore, undo_cancellation
from registration.models import Loss, Participant, Status
from registration.retention import erase_losses
from registration.tests.factories import InvitationFactory, ParticipantFactory
from registration.tests.staff import act, messages_of
from registration.waiting_list import entry_of
from workshop.tests.filled import agreed
from worldcafe.models import Reservation
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

pytestmark = pytest.mark.django_db
PEOPLE = reverse("admin:registration_participant_changelist")


def cancelled(person, by=None):
    return deciding.cancel(participant=person, by=by)


def refusal(act, **given) -> str:
    with pytest.raises(Refused) as refused:
        act(**given)
    return refused.value.code


class TestRestore:
    def test_gives_back_status_seats_and_table_and_tells_it(self, desk, bangkok):
        person = ParticipantFactory(workshop=bangkok)
        session = SessionFactory(workshop=bangkok, seats=1)
        agenda.sign_up(session=session, participant=person)
        table = TableFactory(cafe=CafeFactory(session__workshop=bangkok))
        ReservationFactory(table=table, host=person)
        agreed(desk, act(desk, "cancel", person))
        assert not session.sign_ups.exists()
        assert not Reservation.objects.active().exists()

        page = act(desk, "restore", person)

        person.refresh_from_db()
        assert person.status == Status.CONFIRMED
        assert [each.participant for each in session.sign_ups.all()] == [person]
        assert Reservation.objects.active().get().host == person
        said = " ".join(messages_of(page))
        assert session.title in said
        assert str(table) in said
        assert "Could not" not in said
        assert session.title in Message.objects.get(kind="registration/restored").text

    def test_tells_what_others_have_by_now(self, desk, bangkok):
        person, other = (ParticipantFactory(workshop=bangkok) for _n in range(2))
        session = SessionFactory(workshop=bangkok, seats=1)
        agenda.sign_up(session=session, participant=person)
        table = TableFactory(cafe=CafeFactory(session__workshop=bangkok))
        ReservationFactory(table=table, host=person)
        cancelled(person)
        agenda.sign_up(session=session, participant=other)
        ReservationFactory(table=table, host=other)

        said = " ".join(messages_of(act(desk, "restore", person)))

        assert "Could not be given back" in said
        assert "Back again" not in said
        assert [each.participant for each in session.sign_ups.all()] == [other]
        assert Reservation.objects.active().get().host == other

    def test_needs_a_free_seat_where_it_was_confirmed(self, bangkok):
        bangkok.seats = 1
        bangkok.save()
        person = ParticipantFactory(workshop=bangkok)
        cancelled(person)
        ParticipantFactory(workshop=bangkok)

        assert refusal(restore, participant=person, by=UserFactory()) == "workshop-full"
        person.refresh_from_db()
        assert person.status == Status.CANCELLED

    def test_puts_back_where_they_stood_in_line(self, bangkok):
        bangkok.seats = 1
        bangkok.save()
        ParticipantFactory(workshop=bangkok)
        person = ParticipantFactory(workshop=bangkok, status=Status.PENDING)
        deciding.put_on_waiting_list(participant=person, by=UserFactory())
        since = entry_of(person).joined_at
        cancelled(person)

        restore(participant=person, by=UserFactory())

        person.refresh_from_db()
        assert person.status == Status.WAITING
        assert entry_of(person).is_waiting
        assert entry_of(person).joined_at == since

    def test_is_refused_where_nothing_is_cancelled_or_kept(self, bangkok):
        person = ParticipantFactory(workshop=bangkok)
        assert refusal(restore, participant=person, by=UserFactory()) == "not-cancelled"

        cancelled(person)
        Loss.objects.all().delete()
        assert refusal(restore, participant=person, by=UserFactory()) == "nothing-kept"


@pytest.mark.django_db(transaction=True)
def test_last_seat_goes_to_one_of_those_restored_at_once():
    workshop = WorkshopFactory(seats=1)
    people = ParticipantFactory.create_batch(4, workshop=workshop, status=Status.CONFIRMED)
    by = UserFactory()
    for person in people:
        cancelled(person)

    at_once(lambda n: restore(participant=people[n], by=by), count=4)

    assert workshop.participants.confirmed().count() == 1


class TestUndo:
    def test_is_offered_and_done_on_ones_own_page(self, client, bangkok):
        person = ParticipantFactory(workshop=bangkok)
        client.force_login(person.user)
        client.post(reverse("registration:cancel", args=[bangkok.slug]))
        undo = reverse("registration:undo", args=[bangkok.slug])
        page = client.get(reverse("workshop:me", args=[bangkok.slug])).content.decode()

        client.post(undo)

        assert undo in page
        person.refresh_from_db()
        assert person.status == Status.CONFIRMED

    def test_ends_after_a_day_and_is_for_ones_own_cancellation_alone(self, bangkok):
        person, other = (ParticipantFactory(workshop=bangkok) for _n in range(2))
        cancelled(person, by=person.user)
        cancelled(other, by=UserFactory())
        late = timezone.now() - timedelta(hours=25)
        Participant.objects.filter(pk=person.pk).update(status_at=late)

        for each in (person, other):
            code = refusal(undo_cancellation, participant=each, by=each.user)
            assert code == "not-yours-to-undo"


def test_invitation_of_somebody_cancelled_is_sent_again(bangkok):
    person = ParticipantFactory(workshop=bangkok)
    used = {"participant": person, "used_at": timezone.now(), "email": person.user.email}
    invitation = InvitationFactory(workshop=bangkok, **used)
    assert refusal(inviting.invite_again, invitation=invitation) == "used"
    cancelled(person)

    inviting.invite_again(invitation=invitation)

    invitation.refresh_from_db()
    assert invitation.is_good()
    assert registration_of(invitation) is None
    assert Message.objects.filter(to=invitation.email, kind="registration/invitation").exists()


def test_losses_are_erased_with_the_sensitive_answers(bangkok, settings):
    cancelled(ParticipantFactory(workshop=bangkok))
    assert erase_losses() is False

    old = timezone.now().date() - timedelta(days=settings.SENSITIVE_DETAILS_KEPT_DAYS + 1)
    bangkok.starts_on = bangkok.ends_on = old
    bangkok.save()

    assert erase_losses() is True
    assert not Loss.objects.exists()


class TestMany:
    def choose_all(self, desk, action, first):
        data = {"action": action, "_selected_action": [first.pk], "select_across": "1"}
        return desk.post(PEOPLE, data)

    def test_more_than_a_thousand_are_asked_for_in_one_small_form(self, desk, bangkok):
        made = Participant.objects.bulk_create(
            Participant(
                workshop=bangkok,
                user=user,
                badge_name=f"Person {n}",
                country="KH",
                status=Status.PENDING,
            )
            for n, user in enumerate(UserFactory.create_batch(1001))
        )

        asked = self.choose_all(desk, "decline", made[0])
        going_on = agreed(desk, asked)

        assert "The same goes for 901 more" in asked.content.decode()
        assert len(asked.context["fields"]) < 20
        assert len(going_on.context["fields"]) < 20
        assert "100 of 1001 are done" in going_on.content.decode()
        assert Participant.objects.filter(status=Status.DECLINED).count() == 100

    def test_goes_on_to_the_end(self, desk, bangkok, monkeypatch):
        monkeypatch.setattr(parts, "AT_ONCE", 2)
        people = ParticipantFactory.create_batch(5, workshop=bangkok, status=Status.PENDING)

        page = agreed(desk, self.choose_all(desk, "cancel", people[0]))
        seen = []
        while "total" in (page.context or {}):
            seen.append(page.context["done"])
            page = desk.post(PEOPLE, dict(page.context["fields"]), follow=True)

        assert seen == [2, 4]
        assert {each.status for each in Participant.objects.all()} == {Status.CANCELLED}
