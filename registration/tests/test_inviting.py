"""Invitations go out with their link, once each; and secrets again, with a fresh one."""

from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
import time_machine
from django.conf import settings
from django.core import mail as django_mail
from django.db import connection
from django.utils import timezone

from foundation.core.refusals import Refused
from foundation.mail.actions import send_again
from foundation.mail.deliver import deliver_letters
from foundation.mail.models import Message, State
from foundation.series.tests.factories import WorkshopFactory
from registration.actions import inviting
from registration.links import invitation_of_token, invitation_token, submission_of_token
from registration.models import Invitation
from registration.secret_messages import Verify, send_proof
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db


def refusal(act, **what) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**what)
    return caught.value


def used(**fields) -> Invitation:
    invitation = InvitationFactory(used_at=timezone.now(), **fields)
    invitation.participant = ParticipantFactory(workshop=invitation.workshop)
    invitation.save()
    return invitation


def links_sent() -> list[str]:
    """The tokens in the mails that went out."""
    deliver_letters()
    return [sent.body.partition("/register/")[2].split("/")[0] for sent in django_mail.outbox]


class TestInvite:
    def test_invite_mails_the_link_to_the_address_alone(self):
        invitation = InvitationFactory(name="Made-up <Person>")
        invitation.affiliations.add(
            AffiliationFactory(workshop=invitation.workshop, name="ECPAT member")
        )

        inviting.invite(invitation=invitation, by=None)
        [token] = links_sent()

        [sent] = django_mail.outbox
        assert sent.to == [invitation.email]
        assert invitation_of_token(invitation.workshop, token) == invitation
        assert settings.SITE_URL in sent.body
        assert "Dear Made-up <Person>," in sent.body
        assert "– ECPAT member" in sent.body
        assert Message.objects.get().is_secret
        assert token not in Message.objects.get().text

    def test_invite_says_until_when_by_the_clock_of_the_workshop(self):
        workshop = WorkshopFactory(timezone="Asia/Bangkok")
        late = datetime(2026, 12, 24, 21, 30, tzinfo=UTC)

        inviting.invite(invitation=InvitationFactory(workshop=workshop, expires_at=late), by=None)

        text = Message.objects.get().text
        assert "It is good until 25 December 2026, 04:30 (Asia/Bangkok)." in text

    def test_invite_again_makes_older_links_void_and_extends(self):
        invitation = InvitationFactory(expires_at=timezone.now() - timedelta(days=1))
        old = invitation_token(invitation)

        inviting.invite_again(invitation=invitation)
        [new] = links_sent()

        invitation.refresh_from_db()
        left = invitation.expires_at - timezone.now()
        assert invitation_of_token(invitation.workshop, old) is None
        assert invitation_of_token(invitation.workshop, new) == invitation
        assert abs(left - settings.INVITATION_GOOD_FOR) < timedelta(minutes=1)

    @pytest.mark.parametrize("act", [partial(inviting.invite, by=None), inviting.invite_again])
    def test_used_invitation_is_not_sent(self, act):
        invitation = used()

        assert refusal(act, invitation=invitation).code == "used"
        assert not Message.objects.exists()

    def test_invite_several_sends_each_their_own_link(self):
        workshop = WorkshopFactory()
        home = OrganisationFactory(workshop=workshop)
        member = AffiliationFactory(workshop=workshop)
        people = [("one@example.org", "Person One"), ("two@example.org", "")]

        inviting.invite_several(
            workshop=workshop, people=people, organisation=home, affiliations=[member], by=None
        )
        tokens = links_sent()

        invited = [invitation_of_token(workshop, token) for token in tokens]
        assert [(each.email, each.name) for each in invited] == people
        assert {each.organisation for each in invited} == {home}
        assert all([*each.affiliations.all()] == [member] for each in invited)

    def test_invite_several_invites_nobody_where_one_was_invited_meanwhile(self):
        there = InvitationFactory()
        people = [("one@example.org", ""), (there.email, "")]
        several = {"workshop": there.workshop, "people": people}

        refused = refusal(
            inviting.invite_several, **several, organisation=None, affiliations=[], by=None
        )

        assert refused.code == "invited-already"
        assert there.email in refused.sentence
        assert Invitation.objects.get() == there
        assert not Message.objects.exists()


class TestSendMessageAgain:
    def test_invitation_goes_with_a_fresh_link_and_the_older_ones_are_void(self):
        invitation = InvitationFactory()
        inviting.invite(invitation=invitation, by=None)
        [old] = links_sent()

        send_again(message=Message.objects.get())
        [_old, new] = links_sent()

        assert invitation_of_token(invitation.workshop, old) is None
        assert invitation_of_token(invitation.workshop, new) == invitation

    def test_used_invitation_is_not_sent_again(self):
        invitation = InvitationFactory()
        inviting.invite(invitation=invitation, by=None)
        deliver_letters()
        type(invitation).objects.update(used_at=timezone.now())

        refused = refusal(send_again, message=Message.objects.get())

        assert refused.code == "no-fresh-link"
        assert Message.objects.count() == 1

    def test_registration_is_proved_by_the_fresh_link(self):
        sent = SubmissionFactory()
        send_proof(Verify(submission=sent, good_for=settings.VERIFY_LINK_GOOD_FOR))
        deliver_letters()

        with time_machine.travel(timezone.now() + timedelta(days=1)):
            send_again(message=Message.objects.get())

        fresh = Message.objects.get(state=State.QUEUED)
        token = fresh.text.partition("/verify/")[2].split("/")[0]
        assert submission_of_token(sent.workshop, token) == sent
        assert (fresh.to, fresh.about) == (sent.user.email, sent.public_id)
        assert "good for 1 day," in fresh.text

    @pytest.mark.parametrize(("is_closed", "days"), [(True, 0), (False, 2.5)])
    def test_link_is_not_sent_again_where_it_would_open_nothing_soon(self, is_closed, days):
        sent = SubmissionFactory()
        send_proof(Verify(submission=sent, good_for=settings.VERIFY_LINK_GOOD_FOR))
        deliver_letters()
        if is_closed:
            sent.close()

        with time_machine.travel(timezone.now() + timedelta(days=days)):
            refused = refusal(send_again, message=Message.objects.get())

        assert refused.code == "no-fresh-link"
        assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_invitation_sent_again_by_twenty_at_once_leaves_one_good_link():
    invitation = InvitationFactory()
    together = Barrier(20)

    def run():
        together.wait()
        inviting.invite_again(invitation=invitation)
        connection.close()

    threads = [Thread(target=run) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    good = [token for token in links_sent() if invitation_of_token(invitation.workshop, token)]
    assert len(django_mail.outbox) == 20
    assert len(good) == 1
