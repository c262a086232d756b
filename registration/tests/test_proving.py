"""Forms that wait for their sender, each for itself, and the link that is used."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
import time_machine
from allauth.core import ratelimit
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from foundation.accounts.tests.factories import UserFactory
from foundation.core.refusals import Refused
from foundation.core.tests.at_once import THREADS, at_once
from foundation.mail.models import Message
from registration.actions import deciding, proving
from registration.actions.submitting import MOST_WAITING
from registration.links import verify_path
from registration.models import Participant, ParticipantAffiliation, Status, Submission
from registration.tests.factories import (
    AffiliationFactory,
    OrganisationFactory,
    ParticipantFactory,
    SubmissionFactory,
)
from registration.tests.forms import (
    address,
    is_void,
    kinds,
    link_in,
    proved,
    send,
    workshop_with_texts,
)


@pytest.fixture
def workshop(db):
    return workshop_with_texts()


class TestAgain:
    def test_each_form_waits_for_itself_and_the_link_that_is_used_wins(self, client, workshop):
        old, new = AffiliationFactory.create_batch(2, workshop=workshop)
        send(client, workshop, affiliations=[old.pk], dietary="No nuts")
        owners = link_in(Message.objects.get())
        stranger = Client(REMOTE_ADDR="198.51.100.7")
        send(stranger, workshop, affiliations=[new.pk], badge_name="Mallory", dietary="Poison")
        lost = link_in(Message.objects.latest("pk"))

        assert "Ada Example" in client.get(owners).content.decode()
        assert client.post(owners).url == address("received", workshop)

        person = Participant.objects.get()
        assert (person.badge_name, person.status) == ("Ada Example", Status.PENDING)
        assert [each.affiliation for each in person.participant_affiliations.all()] == [old]
        assert person.sensitive_details.dietary == "No nuts"
        assert person.consents.count() == 2
        page = client.post(lost).content.decode()
        assert "This form no longer counts" in page
        assert not re.search("Mallory|Ada|ada@example.org", page)
        assert not Submission.objects.exclude(answers={}).exists()
        assert Participant.objects.get().badge_name == "Ada Example"

    def test_cancelled_registers_anew_without_what_was_verified(self, client, workshop):
        member = AffiliationFactory(workshop=workshop)
        person = ParticipantFactory(workshop=workshop, status=Status.CANCELLED, verified=[member])

        send(client, workshop, email=person.user.email, affiliations=[member.pk])

        person.refresh_from_db()
        assert person.status == Status.CANCELLED
        assert person.participant_affiliations.get().verified_at
        proved()
        person.refresh_from_db()
        assert person.status == Status.PENDING
        assert person.participant_affiliations.get().verified_at is None
        assert [row.status for row in person.history.all()] == [Status.PENDING, Status.CANCELLED]
        assert ParticipantAffiliation.history.filter(verified_at__isnull=False).exists()

    def test_registration_brought_back_meanwhile_is_not_written_over(self, client, workshop):
        person = ParticipantFactory(workshop=workshop, status=Status.CANCELLED)
        send(client, workshop, email=person.user.email)
        Participant.objects.update(status=Status.CONFIRMED)

        page = client.post(link_in(Message.objects.get())).content.decode()

        assert "You are registered already." in page
        person.refresh_from_db()
        assert (person.status, person.badge_name) == (Status.CONFIRMED, str(person))

    def test_what_the_workshop_has_no_longer_is_left_out(self, client, workshop):
        house = OrganisationFactory(workshop=workshop, name="Given-up House")
        gone, given = AffiliationFactory.create_batch(2, workshop=workshop)
        send(
            client,
            workshop,
            organisation=house.pk,
            other_organisation="",
            affiliations=[gone.pk, given.pk],
        )
        house.delete()
        gone.delete()
        given.can_be_claimed = False
        given.save()
        workshop.starts_on += timedelta(days=1)
        workshop.save()

        person = proved()

        assert person.organisation_name == "Given-up House"
        assert not person.participant_affiliations.exists()
        assert [each.on for each in person.attendances.all()] == workshop.dates[:1]

    def test_nobody_piles_up_forms_or_mails_of_one_address(self, client, workshop, monkeypatch):
        monkeypatch.setattr(ratelimit, "consume", lambda *args, **kwargs: True)
        send(client, workshop)
        owners = link_in(Message.objects.get())

        answers = {send(client, workshop, job_title=f"Title {n}").url for n in range(30)}

        assert answers == {address("sent", workshop)}
        assert Submission.objects.count() == len(kinds()) == MOST_WAITING
        assert client.post(owners).url == address("received", workshop)

    def test_user_of_another_workshop_registers_as_the_same_user(self, client, workshop):
        elsewhere = ParticipantFactory()

        send(client, workshop, email=elsewhere.user.email)

        assert proved().user == elsewhere.user
        elsewhere.refresh_from_db()
        assert elsewhere.status == Status.CONFIRMED


class TestProving:
    @pytest.fixture
    def submitted(self, client, workshop):
        send(client, workshop)
        return Submission.objects.get()

    def test_following_the_link_proves_nothing_and_the_button_does(self, client, submitted):
        link = link_in(Message.objects.get())

        page = client.get(link)
        assert not Participant.objects.exists()
        assert "Ada Example" in page.content.decode()
        assert "Be <em>kind</em>." in page.content.decode()
        assert "no-store" in page["Cache-Control"]

        done = client.post(link, follow=True)
        person = Participant.objects.get()
        assert done.status_code == 200
        assert (person.status, person.status_by) == (Status.PENDING, person.user)
        assert person.submitted_at == submitted.sent_at
        assert kinds() == ["verify", "received"]
        assert {each.about for each in Message.objects.all()} == {person.public_id}
        assert [row.status for row in person.history.all()] == [Status.PENDING]

    def test_page_tells_no_needs_to_whoever_may_have_got_the_mail_by_mistake(
        self, client, workshop
    ):
        send(client, workshop, dietary="No nuts", access="A ramp")

        page = client.get(link_in(Message.objects.get())).content.decode()

        assert "shown on your page once you have confirmed" in page
        assert not re.search("No nuts|A ramp", page)

    def test_every_link_that_is_void_gets_the_same_page(self, client, workshop, submitted):
        good = verify_path(submitted)
        forged = address("verify", workshop, "forged")
        of_another = good.replace(workshop.slug, workshop_with_texts().slug)
        late = timezone.now() + timedelta(days=4)

        with time_machine.travel(late, tick=False):
            answers = [client.get(good), client.post(good), client.get(forged)]

        assert all(is_void(answer) for answer in answers)
        assert len({answer.content for answer in answers}) == 1
        assert address("register", workshop) in answers[0].content.decode()
        assert is_void(client.get(of_another))
        assert not Participant.objects.exists()

    def test_link_opened_again_says_when_it_was_done_and_where_to_sign_in(
        self, client, workshop, submitted
    ):
        evening = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # the 25th in Bangkok
        Submission.objects.update(sent_at=evening)
        with time_machine.travel(evening, tick=False):
            client.post(verify_path(submitted))
        deciding.cancel(participant=Participant.objects.get(), by=None)

        pages = [Client().get(verify_path(submitted)), Client().post(verify_path(submitted))]

        html = " ".join(pages[0].content.decode().split())
        assert "Done on Wed 25 Nov 2026." in html
        assert f"/accounts/login/?next={address('workshop:me', workshop)}" in html
        assert not re.search("Ada|ada@example.org", html)
        assert pages[0].content == pages[1].content
        assert kinds() == ["verify", "received", "cancelled"]

    def test_form_erased_by_the_owner_of_the_address_is_nobodys(self, client, submitted):
        path = verify_path(submitted)

        assert client.post(path, {"erase": "1"}).url == path

        assert "This form no longer counts" in client.post(path).content.decode()
        assert Submission.objects.get().answers == {}
        assert not Participant.objects.exists()

    def test_two_presses_prove_once(self, submitted):
        proving.prove(submission=submitted)

        with pytest.raises(Refused) as refused:
            proving.prove(submission=submitted)

        assert refused.value.code == "link-void"
        assert kinds() == ["verify", "received"]

    def test_proved_address_gets_a_sign_in_code(self, client, workshop, submitted, mailoutbox):
        client.post(link_in(Message.objects.get()))

        client.post("/accounts/login/code/", {"email": "ada@example.org"})

        code = re.search(r"^[A-Z0-9-]{6,}$", mailoutbox[0].body, re.M)[0]
        client.post("/accounts/login/code/confirm/", {"code": code})
        assert client.get(address("workshop:me", workshop)).status_code == 200


@pytest.fixture
def open_workshop(transactional_db):
    cache.clear()  # a table that no test's end empties
    yield workshop_with_texts()
    cache.clear()


def prove_at_once(workshop) -> list:
    """Several forms of one address are confirmed at the same moment."""
    user = UserFactory(email="ada@example.org")
    forms = SubmissionFactory.create_batch(THREADS, workshop=workshop, user=user)

    def prove(n):
        try:
            proving.prove(submission=forms[n])
        except Refused as refused:
            return refused.code
        return "yes"

    return sorted(at_once(prove))


def test_of_several_forms_confirmed_at_once_one_wins(open_workshop):
    told = prove_at_once(open_workshop)

    assert told == ["link-void"] * (THREADS - 1) + ["yes"]
    assert Submission.objects.exclude(participant=None).count() == 1
    assert Participant.objects.count() == 1


def test_without_the_lock_they_stumble_over_each_other(open_workshop, monkeypatch):
    all_looked = Barrier(THREADS, timeout=5)

    def look_together(submission):
        found = Submission.objects.select_related("workshop", "user").get(pk=submission.pk)
        with suppress(BrokenBarrierError):
            all_looked.wait()
        return found

    monkeypatch.setattr(proving, "_locked", look_together)

    told = prove_at_once(open_workshop)

    assert "link-void" not in told  # what else stopped them came late
