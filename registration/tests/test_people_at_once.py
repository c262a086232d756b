"""An organiser's form and somebody's action at the same moment: neither undoes the other."""

from threading import Event, Thread

import pytest
from django.db import connections
from django.utils import timezone

from foundation.mail.models import Message
from registration.actions import deciding
from registration.admin.invitation import InvitationForm
from registration.admin.participant import ParticipantAdmin, ParticipantForm
from registration.models import Invitation, Participant, Status
from registration.tests.factories import InvitationFactory, OrganisationFactory, ParticipantFactory
from registration.tests.staff import change_of, errors_of, filled


def just_before_the_lock(monkeypatch, form, act) -> None:
    """`act` is done after the row was read to be shown, before it is locked to be saved."""
    for_real = form.lock_row

    def lock_row(self):
        act()
        for_real(self)

    monkeypatch.setattr(form, "lock_row", lock_row)


@pytest.mark.django_db
class TestReadAgain:
    def test_registration_cancelled_just_before_stays_cancelled(self, desk, bangkok, monkeypatch):
        person = ParticipantFactory(workshop=bangkok)
        data = filled(desk, person, badge_name="New Name")
        cancelled = Participant.objects.filter(pk=person.pk)
        just_before_the_lock(
            monkeypatch, ParticipantForm, lambda: cancelled.update(status=Status.CANCELLED)
        )

        desk.post(change_of(person), data)

        person.refresh_from_db()
        assert (person.status, person.badge_name) == (Status.CANCELLED, "New Name")

    def test_seat_is_asked_for_where_the_last_one_was_taken_just_before(
        self, desk, bangkok, monkeypatch
    ):
        full = OrganisationFactory(workshop=bangkok, seats=1)
        person = ParticipantFactory(workshop=bangkok, other_organisation="A house")
        data = filled(desk, person, organisation=full.pk, other_organisation="")
        just_before_the_lock(
            monkeypatch,
            ParticipantForm,
            lambda: ParticipantFactory(workshop=bangkok, organisation=full),
        )

        refused = desk.post(change_of(person), data)

        assert "All seats of" in errors_of(refused)["__all__"][0]

    def test_invitation_used_just_before_stays_as_it_is(self, desk, bangkok, monkeypatch):
        invitation = InvitationFactory(workshop=bangkok, email="first@example.org")
        data = filled(desk, invitation, email="second@example.org")
        just_before_the_lock(
            monkeypatch,
            InvitationForm,
            lambda: Invitation.objects.update(used_at=timezone.now()),
        )

        refused = desk.post(change_of(invitation), data)

        assert "has registered with this invitation" in errors_of(refused)["__all__"][0]
        assert Invitation.objects.get().email == "first@example.org"
        assert not Message.objects.exists()


@pytest.fixture
def cancelled_while_saved(monkeypatch):
    """A function that tells whether a cancellation waited for the form being saved."""
    waited, threads = [], []
    for_real = ParticipantAdmin.save_model

    def save_model(self, request, obj, form, change):
        done = Event()

        def cancel():
            deciding.cancel(participant=Participant.objects.get(pk=obj.pk), by=None)
            connections.close_all()
            done.set()

        threads.append(Thread(target=cancel))
        threads[0].start()
        waited.append(not done.wait(1))
        for_real(self, request, obj, form, change)

    monkeypatch.setattr(ParticipantAdmin, "save_model", save_model)

    def tell() -> bool:
        threads[0].join()
        return waited[0]

    return tell


@pytest.mark.django_db(transaction=True)
class TestLock:
    def test_cancellation_waits_for_the_form_and_is_not_undone(
        self, desk, bangkok, cancelled_while_saved
    ):
        person = ParticipantFactory(workshop=bangkok)

        desk.post(change_of(person), filled(desk, person, badge_name="New Name"))

        assert cancelled_while_saved()
        person.refresh_from_db()
        assert (person.status, person.badge_name) == (Status.CANCELLED, "New Name")

    def test_without_the_lock_the_form_would_undo_the_cancellation(
        self, desk, bangkok, cancelled_while_saved, monkeypatch
    ):
        monkeypatch.setattr(ParticipantForm, "lock_row", lambda self: None)
        person = ParticipantFactory(workshop=bangkok)

        desk.post(change_of(person), filled(desk, person, badge_name="New Name"))

        assert not cancelled_while_saved()
        person.refresh_from_db()
        assert person.status == Status.CONFIRMED
