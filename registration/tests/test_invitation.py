"""Registering from a personal invitation."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.test import Client
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.refusals import Refused
from foundation.core.tests.at_once import THREADS, at_once
from foundation.mail.models import Message
from registration.actions import inviting, registering
from registration.forms import InvitedForm
from registration.links import invitation_path, verify_path
from registration.models import (
    Invitation,
    Participant,
    ParticipantAffiliation,
    SensitiveDetails,
    Status,
    Submission,
)
from registration.status_labels import STATUS_LABELS
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
)
from registration.tests.forms import address, answers, is_void, workshop_with_texts


@pytest.fixture
def workshop(db):
    return workshop_with_texts()


@pytest.fixture
def member(workshop):
    return AffiliationFactory(workshop=workshop, name="ECPAT member")


@pytest.fixture
def invitation(workshop, member):
    made = InvitationFactory(
        workshop=workshop,
        email="invited@example.org",
        name="Ina Invited",
        organisation=OrganisationFactory(workshop=workshop, name="Invited House", country="LA"),
    )
    made.affiliations.add(member)
    return made


def kinds() -> list[str]:
    names = Message.objects.order_by("pk").values_list("kind", flat=True)
    return [name.removeprefix("registration/") for name in names]


class TestForm:
    def test_is_filled_in_as_far_as_the_invitation_knows(self, client, invitation):
        page = client.get(invitation_path(invitation)).content.decode()

        for told in ("Ina Invited", "invited@example.org", "Invited House", "ECPAT member"):
            assert told in page
        assert f'<option value="{invitation.organisation_id}" selected' in page
        assert '<option value="LA" selected' in page
        assert 'name="email"' not in page

    def test_verifies_what_it_names_and_takes_other_claims(self, client, invitation, member):
        other = AffiliationFactory(workshop=invitation.workshop)
        told = answers(
            invitation.workshop,
            email="somebody-else@example.org",
            affiliations=[other.pk],
            dietary="No nuts",
        )

        response = client.post(invitation_path(invitation), told)

        assert response.url == address("received", invitation.workshop)
        person = Participant.objects.get()
        assert (person.status, person.user.email) == (Status.PENDING, "invited@example.org")
        assert person.status_by == person.user
        held = {claim.affiliation: claim for claim in person.participant_affiliations.all()}
        by_invitation = held.pop(member)
        assert held.pop(other).verified_at is None
        assert not held
        assert by_invitation.verified_at
        assert by_invitation.verified_by is None
        assert by_invitation.history.first().history_change_reason == "by invitation"
        assert person.sensitive_details.dietary == "No nuts"
        assert person.consents.count() == 2
        invitation.refresh_from_db()
        assert invitation.used_at
        assert invitation.participant == person
        assert kinds() == ["received"]

    def test_what_it_names_is_not_claimable_twice(self, client, invitation, member):
        told = answers(invitation.workshop, affiliations=[member.pk])

        page = client.post(invitation_path(invitation), told)

        assert page.status_code == 200
        assert not Participant.objects.exists()

    def test_mistake_keeps_what_was_typed_and_the_invitation(self, client, invitation):
        told = answers(invitation.workshop, country="", job_title="Typed title")

        page = client.post(invitation_path(invitation), told).content.decode()

        assert "Typed title" in page
        invitation.refresh_from_db()
        assert invitation.used_at is None

    def test_works_while_public_registration_is_closed(self, client, invitation):
        workshop = invitation.workshop
        workshop.registration_closes_at = timezone.now() - timedelta(days=1)
        workshop.save()

        assert client.get(invitation_path(invitation)).status_code == 200
        assert client.post(invitation_path(invitation), answers(workshop)).status_code == 302
        assert Participant.objects.exists()

    def test_cancelled_registration_is_made_anew(self, client, invitation, member):
        former = AffiliationFactory(workshop=invitation.workshop)
        person = ParticipantFactory(
            workshop=invitation.workshop,
            user=User.objects.create_user("invited@example.org"),
            status=Status.CANCELLED,
            verified=[former],
        )

        client.post(invitation_path(invitation), answers(invitation.workshop))

        person.refresh_from_db()
        assert person.status == Status.PENDING
        assert person.badge_name == "Ada Example"
        assert [each.affiliation for each in person.participant_affiliations.verified()] == [member]


class TestStrangersForm:
    """What anybody sends with the address of somebody invited, and nobody has confirmed."""

    @pytest.fixture
    def stranger(self, invitation):
        def send():
            told = answers(
                invitation.workshop,
                email=invitation.email,
                badge_name="Mallory",
                job_title="Impostor",
                dietary="Poison",
            )
            Client().post(address("register", invitation.workshop), told)

        return send

    def test_invitation_shows_its_own_form_and_drops_it(self, client, invitation, stranger):
        stranger()

        page = client.get(invitation_path(invitation)).content.decode()
        client.post(invitation_path(invitation), answers(invitation.workshop))

        assert 'value="Ina Invited"' in page
        assert not re.search("Mallory|Impostor|Poison", page)
        person = Participant.objects.get()
        assert (person.badge_name, person.job_title) == ("Ada Example", "Director")
        assert not SensitiveDetails.objects.exists()
        dropped = Submission.objects.get()
        assert (dropped.answers, dropped.participant) == ({}, None)
        assert "This form no longer counts" in client.post(verify_path(dropped)).content.decode()

    def test_one_that_comes_between_opening_and_sending_changes_nothing(
        self, client, invitation, stranger
    ):
        client.get(invitation_path(invitation))
        stranger()

        done = client.post(invitation_path(invitation), answers(invitation.workshop))

        assert done.url == address("received", invitation.workshop)
        assert Participant.objects.get().badge_name == "Ada Example"
        assert not Submission.objects.exclude(answers={}).exists()

    def test_one_that_comes_after_changes_nothing_and_is_not_kept(
        self, client, invitation, stranger
    ):
        client.post(invitation_path(invitation), answers(invitation.workshop))

        stranger()

        assert Participant.objects.get().badge_name == "Ada Example"
        assert not Submission.objects.exists()
        assert kinds() == ["received", "already_registered"]

    def test_answer_does_not_tell_that_somebody_is_invited(self, client, invitation):
        pages = []
        for email in (invitation.email, "unknown@example.org"):
            sent = client.post(
                address("register", invitation.workshop), answers(invitation.workshop, email=email)
            )
            page = client.get(sent.url).content.decode().replace(email, "@")
            pages.append((sent.status_code, sent.url, re.sub(r'nonce="[^"]*"', "", page)))

        assert pages[0] == pages[1]


class TestVoid:
    def test_expired_and_forged_links_tell_nothing(self, client, invitation, workshop):
        an_hour_ago = timezone.now() - timedelta(hours=1)
        expired = InvitationFactory(workshop=workshop, expires_at=an_hour_ago)
        elsewhere = invitation_path(invitation).replace(
            workshop.slug, workshop_with_texts().slug, 1
        )

        pages = [
            method(path)
            for method in (client.get, client.post)
            for path in (
                invitation_path(expired),
                address("register_invited", workshop, "forged"),
            )
        ]

        assert all(is_void(page) for page in pages)
        assert len({page.content for page in pages}) == 1
        assert is_void(client.get(elsewhere))

    def test_used_one_says_when_and_where_to_sign_in(self, client, workshop):
        evening = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # the 25th in Bangkok
        used = InvitationFactory(workshop=workshop, used_at=evening, name="Ina Invited")

        pages = [client.get(invitation_path(used)), client.post(invitation_path(used))]

        html = " ".join(pages[0].content.decode().split())
        assert "Done on Wed 25 Nov 2026." in html
        assert f"/accounts/login/?next={address('workshop:me', workshop)}" in html
        assert not re.search(f"Ina Invited|{used.email}", html)
        assert pages[0].content == pages[1].content

    def test_form_sent_twice_by_a_double_click_is_no_mistake(self, client, invitation):
        told = answers(invitation.workshop)

        first, second = (client.post(invitation_path(invitation), told) for _n in range(2))

        assert first.url == address("received", invitation.workshop)
        assert "This invitation has been accepted" in second.content.decode()

    @pytest.mark.parametrize("happens", ["withdrawn", "sent again", "expired"])
    def test_what_was_typed_is_there_where_the_invitation_is_good_no_longer(
        self, client, invitation, happens
    ):
        path = invitation_path(invitation)
        if happens == "withdrawn":
            invitation.delete()
        elif happens == "sent again":
            inviting.invite_again(invitation=invitation)
        else:
            Invitation.objects.update(expires_at=timezone.now() - timedelta(hours=2))

        page = client.post(path, answers(invitation.workshop, dietary="No <nuts>"))

        assert is_void(page)
        for typed in ("Ada Example", "Example House", "Director", "No &lt;nuts&gt;"):
            assert typed in page.content.decode()
        assert not Participant.objects.exists()

    def test_what_was_typed_is_there_where_somebody_was_faster(
        self, client, invitation, monkeypatch
    ):
        accept = registering.accept_invitation

        def register_first(**what):
            ParticipantFactory(
                workshop=invitation.workshop,
                user=User.objects.create_user("invited@example.org"),
                badge_name="Told Before",
            )
            return accept(**what)

        monkeypatch.setattr(registering, "accept_invitation", register_first)

        page = client.post(
            invitation_path(invitation), answers(invitation.workshop, dietary="No nuts")
        ).content.decode()

        assert "You are registered already." in page
        assert "No nuts" in page
        assert Participant.objects.get().badge_name == "Told Before"

    def test_new_nonce_makes_older_links_void(self, client, invitation):
        old = invitation_path(invitation)
        invitation.nonce = "new"
        invitation.save()

        assert is_void(client.get(old))
        assert client.get(invitation_path(invitation)).status_code == 200


class TestRegisteredAlready:
    @pytest.fixture
    def person(self, invitation):
        return ParticipantFactory(
            workshop=invitation.workshop,
            user=User.objects.create_user("invited@example.org"),
            badge_name="Told Before",
            status=Status.CONFIRMED,
        )

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (Status.PENDING, Status.PENDING),
            (Status.CONFIRMED, Status.CONFIRMED),
            (Status.WAITING, Status.WAITING),
            (Status.DECLINED, Status.DECLINED),
        ],
    )
    def test_accepts_with_one_button_and_nothing_is_overwritten(
        self, client, invitation, member, person, before, after
    ):
        person.status = before
        person.save()
        ParticipantAffiliation.objects.create(participant=person, affiliation=member)

        page = client.get(invitation_path(invitation)).content.decode()
        assert "Told Before" in page
        assert 'name="badge_name"' not in page
        done = client.post(invitation_path(invitation), answers(invitation.workshop))

        assert done.url == address("invitation_accepted", invitation.workshop)
        assert str(STATUS_LABELS[after].next) in client.get(done.url).content.decode()
        person.refresh_from_db()
        assert (person.status, person.badge_name) == (after, "Told Before")
        assert person.participant_affiliations.get().verified_at
        invitation.refresh_from_db()
        assert invitation.participant == person
        assert kinds() == ["invitation_accepted"]
        again = client.post(invitation_path(invitation)).content.decode()
        assert "This invitation has been accepted" in again

    def test_who_verified_before_stays_on_record(self, client, invitation, member, person):
        organiser = User.objects.create_user("organiser@example.org")
        verified = ParticipantAffiliation.objects.create(
            participant=person,
            affiliation=member,
            verified_at=timezone.now(),
            verified_by=organiser,
        )

        client.post(invitation_path(invitation))

        verified.refresh_from_db()
        assert verified.verified_by == organiser

    def test_second_invitation_of_one_person_is_no_error(self, invitation, person):
        registering.accept_onto_registration(invitation=invitation)
        person.user.email = "new-address@example.org"
        person.user.save()
        second = InvitationFactory(workshop=invitation.workshop, email=person.user.email)

        registering.accept_onto_registration(invitation=second)

        assert Invitation.objects.get(participant=person) == second

    def test_page_after_it_tells_nobody_else_how_it_stands(self, client, invitation, person):
        path = address("invitation_accepted", invitation.workshop)

        assert client.get(path).url == address("workshop:me", invitation.workshop)

    def test_form_filled_in_meanwhile_is_not_overwritten(self, invitation, person):
        with pytest.raises(Refused) as refused:
            registering.accept_invitation(invitation=invitation, details=None, agreed_to=[])

        assert refused.value.code == "already-registered"

    def test_onto_nobody_is_refused(self, invitation):
        with pytest.raises(Refused) as refused:
            registering.accept_onto_registration(invitation=invitation)

        assert refused.value.code == "not-registered"
        assert not ParticipantAffiliation.objects.exists()


@pytest.fixture
def raced(transactional_db):
    workshop = workshop_with_texts()
    made = InvitationFactory(workshop=workshop)
    made.affiliations.add(AffiliationFactory(workshop=workshop))
    return made


def accept_at_once(invitation) -> list:
    form = InvitedForm(answers(invitation.workshop), invitation=invitation)
    assert form.is_valid(), form.errors

    def accept(n):
        try:
            registering.accept_invitation(
                invitation=invitation, details=form.details(), agreed_to=form.agreed_to()
            )
        except Refused as refused:
            return refused.code
        return "yes"

    return sorted(at_once(accept))


def test_one_invitation_accepted_many_times_at_once_is_used_once(raced):
    told = accept_at_once(raced)

    assert told == ["invitation-void"] * (THREADS - 1) + ["yes"]
    assert Participant.objects.count() == 1
    assert kinds() == ["received"]


def test_without_the_lock_an_invitation_is_accepted_twice(raced, monkeypatch):
    all_looked = Barrier(THREADS, timeout=5)

    def look_together(invitation):
        with suppress(BrokenBarrierError):
            all_looked.wait()
        return Invitation.objects.select_related("workshop").get(pk=invitation.pk)

    monkeypatch.setattr(registering, "_locked_invitation", look_together)

    told = accept_at_once(raced)

    assert "already-registered" in told  # they came past the invitation: only the user stopped them
