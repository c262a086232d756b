"""Messages that carry a secret link; each can be sent anew, with a fresh one."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from foundation.core.locking import lock_first
from foundation.mail.compose import send
from foundation.mail.kinds import Kind
from foundation.mail.models import Message, Priority
from registration.links import invitation_path, own_address_url, verify_url
from registration.messages import AlreadyRegistered, ToParticipant, write_to
from registration.models import Invitation, Participant, Status, Submission

CLOSED = {Status.CANCELLED, Status.DECLINED}  # where a new address opens nothing


@dataclass(frozen=True, kw_only=True)
class Verify(Kind):
    """The link that proves an address. As quick as `AlreadyRegistered`, so that neither tells."""

    name = "registration/verify"
    label = _("proof of the address")
    is_secret = True
    priority = Priority.SOON
    submission: Submission
    good_for: timedelta

    @classmethod
    def send_anew(cls, message: Message) -> bool:
        """Write a fresh link, while there is at least a day left to use it."""
        waiting = Submission.objects.waiting().select_related("workshop", "user")
        found = waiting.filter(public_id=message.about).first() if message.about else None
        if found is None or found.time_left < timedelta(days=1):
            return False
        send_proof(cls(submission=found, good_for=found.time_left))
        return True

    def context(self) -> dict[str, object]:
        return super().context() | {"link": verify_url(self.submission)}


def send_proof(kind: Verify) -> None:
    """Write to the address that a form came with."""
    sent = kind.submission
    send(kind, to=sent.user.email, workshop=sent.workshop, user=sent.user, about=sent.public_id)


@dataclass(frozen=True, kw_only=True)
class OwnAddress(ToParticipant):
    """The link that gives somebody who was registered by another a sign-in of their own."""

    name = "registration/own_address"
    label = _("proof of one’s own address")
    is_secret = True
    priority = Priority.SOON
    good_for: timedelta

    @classmethod
    def send_anew(cls, message: Message) -> bool:
        """Write a fresh link to the address that is to be proved now, if any still is."""
        rows = Participant.objects.select_related("workshop", "user", "contact")
        unproved = rows.exclude(unproved_email="").exclude(status__in=[*CLOSED])
        found = unproved.filter(public_id=message.about).first() if message.about else None
        if found is None:
            return False
        notify_own_address(found)
        return True

    def context(self) -> dict[str, object]:
        return super().context() | {"link": own_address_url(self.participant)}


def notify_own_address(participant: Participant) -> None:
    """Mail the link that gives a sign-in to the address that is to be proved, if one is.

    Whoever is registered with it already is told so instead; who wrote it learns of neither.
    """
    address = participant.unproved_email
    if not address:
        return
    if participant.workshop.participants.filter(user__email=address).exists():
        write_to(AlreadyRegistered(participant=participant), address)
    else:
        good_for = settings.VERIFY_LINK_GOOD_FOR
        write_to(OwnAddress(participant=participant, good_for=good_for), address)


@dataclass(frozen=True, kw_only=True)
class Invited(Kind):
    """The personal link to register. Only this message carries it."""

    name = "registration/invitation"
    label = _("invitation")
    is_secret = True
    invitation: Invitation

    @classmethod
    def send_anew(cls, message: Message) -> bool:
        """Write a fresh link, good for its full time, and make the older ones void.

        Locks: the invitation.
        """
        rows = Invitation.objects.select_related("workshop")
        unused = rows.filter(workshop=message.workshop, email=message.to, used_at=None)
        invitation = lock_first(unused)
        if invitation is None:
            return False
        invitation.renew()
        invite(invitation)
        return True

    def context(self) -> dict[str, object]:
        return super().context() | {
            "affiliations": [str(each) for each in self.invitation.affiliations.all()],
            "link": settings.SITE_URL + invitation_path(self.invitation),
        }


def invite(invitation: Invitation) -> None:
    """Write to whom `invitation` is for."""
    send(Invited(invitation=invitation), to=invitation.email, workshop=invitation.workshop)
