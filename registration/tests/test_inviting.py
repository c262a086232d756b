"""Invitations go out with their link, once each; and mails of the outbox again."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.db import connection
from django.utils import timezone
from post_office.models import STATUS, Email

from foundation.core.refusals import Refused
from foundation.mail import outbox
from foundation.series.tests.factories import WorkshopFactory
from registration.actions import inviting
from registration.actions.mailing import send_again
from registration.links import invitation_of_token, invitation_token
from registration.models import Invitation, Mail
from registration.tests.factories import (
    AffiliationFactory,
    InvitationFactory,
    OrganisationFactory,
    ParticipantFactory,
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
    outbox.deliver()
    return [sent.body.partition("/register/")[2].split("/")[0] for sent in django_mail.outbox]


class TestInvite:
    def test_invite_mails_the_link_to_the_address_alone(self):
        invitation = InvitationFactory(name="Made-up <Person>")
        invitation.affiliations.add(
            AffiliationFactory(workshop=invitation.workshop, name="ECPAT member")
        )

        inviting.invite(invitation=invitation)
        [token] = links_sent()

        [sent] = django_mail.outbox
        assert sent.to == [invitation.email]
        assert invitation_of_token(invitation.workshop, token) == invitation
        assert settings.SITE_URL in sent.body
        assert "Dear Made-up <Person>," in sent.body
        assert "– ECPAT member" in sent.body
        assert Mail.objects.get().carries_secret
        assert token not in Email.objects.get().message

    def test_invite_says_until_when_by_the_clock_of_the_workshop(self):
        workshop = WorkshopFactory(timezone="Asia/Bangkok")
        late = datetime(2026, 12, 24, 21, 30, tzinfo=UTC)

        inviting.invite(invitation=InvitationFactory(workshop=workshop, expires_at=late))

        text = Email.objects.get().message
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

    @pytest.mark.parametrize("act", [inviting.invite, inviting.invite_again])
    def test_used_invitation_is_not_sent(self, act):
        invitation = used()

        assert refusal(act, invitation=invitation).code == "used"
        assert not Mail.objects.exists()

    def test_invite_several_sends_each_their_own_link(self):
        workshop = WorkshopFactory()
        home = OrganisationFactory(workshop=workshop)
        member = AffiliationFactory(workshop=workshop)
        people = [("one@example.org", "Person One"), ("two@example.org", "")]

        inviting.invite_several(
            workshop=workshop, people=people, organisation=home, affiliations=[member]
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

        refused = refusal(inviting.invite_several, **several, organisation=None, affiliations=[])

        assert refused.code == "invited-already"
        assert there.email in refused.sentence
        assert Invitation.objects.get() == there
        assert not Mail.objects.exists()


class TestSendMailAgain:
    def mail(self, status, carries_secret=False, **fields) -> Mail:
        workshop = WorkshopFactory()
        email = outbox.send(
            recipients=["one@example.org"], subject="Hello", message="See you.", sender="us@x.org"
        )
        Email.objects.filter(pk=email.pk).update(status=status, **fields)
        return Mail.objects.create(
            workshop=workshop,
            participant=ParticipantFactory(workshop=workshop),
            email=email,
            kind="confirmed",
            carries_secret=carries_secret,
        )

    def test_failed_mail_is_tried_anew(self):
        mail = self.mail(STATUS.failed, number_of_retries=13)

        send_again(mail=mail)
        outbox.deliver()

        email = Email.objects.get()
        assert len(django_mail.outbox) == 1
        assert (email.status, email.number_of_retries) == (STATUS.sent, None)

    def test_delivered_mail_goes_out_as_a_new_one_that_looks_the_same(self):
        mail = self.mail(STATUS.sent)

        send_again(mail=mail)
        outbox.deliver()

        copy = Mail.objects.exclude(pk=mail.pk).get()
        [sent] = django_mail.outbox
        assert (sent.subject, sent.body, sent.to) == ("Hello", "See you.", ["one@example.org"])
        assert (copy.participant, copy.kind) == (mail.participant, mail.kind)
        assert copy.email.message_id != mail.email.message_id
        assert copy.email.message == "See you."

    @pytest.mark.parametrize("status", [STATUS.queued, STATUS.requeued])
    def test_waiting_mail_is_not_doubled(self, status):
        mail = self.mail(status)

        assert refusal(send_again, mail=mail).code == "still-waiting"
        assert Email.objects.count() == 1

    @pytest.mark.parametrize("status", [STATUS.sent, STATUS.failed])
    def test_secret_is_never_sent_again_and_the_sentence_says_what_to_do(self, status):
        mail = self.mail(status, carries_secret=True)

        refused = refusal(send_again, mail=mail)

        assert refused.code == "carries-secret"
        assert "Send an invitation again on its own screen" in refused.sentence
        assert Email.objects.get().status == status


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
