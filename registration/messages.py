"""What participants and invited people are written: the kinds, and to whom each goes."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core.locking import lock_first
from foundation.mail.compose import send
from foundation.mail.kinds import Kind
from foundation.mail.models import Message, Priority
from registration.links import invitation_path, me_url, sign_in_path, verify_url
from registration.models import Invitation, Participant, Status


@dataclass(frozen=True, kw_only=True)
class ToParticipant(Kind):
    """What is about one participant: `notify` decides who gets it."""

    participant: Participant

    def context(self) -> dict[str, object]:
        slug = self.participant.workshop.slug
        return super().context() | {
            "link": me_url(self.participant.workshop),
            "register_link": settings.SITE_URL + reverse("registration:register", args=[slug]),
        }


def notify(kind: ToParticipant) -> None:
    """Write a message to whoever reads for its participant, in the transaction that caused it."""
    participant = kind.participant
    send(
        kind,
        to=participant.user.email,
        workshop=participant.workshop,
        user=participant.user,
        about=participant.public_id,
    )


@dataclass(frozen=True, kw_only=True)
class Verify(ToParticipant):
    """The link that proves an address. As quick as `AlreadyRegistered`, so that neither tells."""

    name = "registration/verify"
    label = _("proof of the address")
    is_secret = True
    priority = Priority.SOON
    good_for: timedelta

    @classmethod
    def send_anew(cls, message: Message) -> bool:
        """Write a fresh link, while there is at least a day left to use it."""
        unproved = Participant.objects.filter(status=Status.SUBMITTED)
        rows = unproved.select_related("workshop", "user")
        found = rows.filter(public_id=message.about).first() if message.about else None
        if found is None:
            return False
        left = found.submitted_at + settings.VERIFY_LINK_GOOD_FOR - timezone.now()
        if left < timedelta(days=1):
            return False
        notify(cls(participant=found, good_for=left))
        return True

    def context(self) -> dict[str, object]:
        return super().context() | {"link": verify_url(self.participant)}


@dataclass(frozen=True, kw_only=True)
class AlreadyRegistered(ToParticipant):
    name = "registration/already_registered"
    label = _("registered already")
    priority = Priority.SOON

    def context(self) -> dict[str, object]:
        path = sign_in_path(self.participant.workshop)
        return super().context() | {"link": settings.SITE_URL + path}


@dataclass(frozen=True, kw_only=True)
class Received(ToParticipant):
    name = "registration/received"
    label = _("registration received")


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(ToParticipant):
    name = "registration/invitation_accepted"
    label = _("invitation accepted")


@dataclass(frozen=True, kw_only=True)
class Confirmed(ToParticipant):
    name = "registration/confirmed"
    label = _("confirmed")

    def context(self) -> dict[str, object]:
        verified = self.participant.participant_affiliations.verified()
        names = [str(each) for each in verified.select_related("affiliation")]
        return super().context() | {"affiliations": names}


@dataclass(frozen=True, kw_only=True)
class Waiting(ToParticipant):
    name = "registration/waiting"
    label = _("on the waiting list")


@dataclass(frozen=True, kw_only=True)
class Declined(ToParticipant):
    name = "registration/declined"
    label = _("declined")


@dataclass(frozen=True, kw_only=True)
class Cancelled(ToParticipant):
    name = "registration/cancelled"
    label = _("cancelled")


@dataclass(frozen=True, kw_only=True)
class SeatOffered(ToParticipant):
    name = "registration/seat_offered"
    label = _("seat offered")
    ends_at: str


@dataclass(frozen=True, kw_only=True)
class OfferEnded(ToParticipant):
    name = "registration/offer_ended"
    label = _("offer ended")
    ends_at: str


# What tells that a registration was moved to a status.
BY_STATUS: dict[Status, type[ToParticipant]] = {
    Status.CONFIRMED: Confirmed,
    Status.WAITING: Waiting,
    Status.DECLINED: Declined,
    Status.CANCELLED: Cancelled,
}


@dataclass(frozen=True, kw_only=True)
class AffiliationVerified(ToParticipant):
    name = "registration/affiliation_verified"
    label = _("affiliation verified")
    affiliations: list[str]


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
        unused = rows.filter(workshop=message.workshop, email__iexact=message.to, used_at=None)
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
