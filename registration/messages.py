"""What participants are written: the kinds, and to whom each goes.

What carries a secret link is in `secret_messages`.
"""

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.mail.compose import send
from foundation.mail.kinds import Kind
from foundation.mail.models import Message, Priority
from registration.links import me_url, person_url, sign_in_url
from registration.models import Participant, Status


class Reader(Enum):
    """Who reads a message about a participant: the one rule of who gets what."""

    WHO_FILLS_IN = "who fills in"  # the person, or the contact where they have no address
    BOTH = "both"  # decisions: the person and their contact
    PERSON = "person"  # what is about sessions: a contact sees none by looking after somebody


@dataclass(frozen=True, kw_only=True)
class ToParticipant(Kind):
    """What is about one participant. is_contact: this one is written to their contact."""

    read_by: ClassVar[Reader] = Reader.WHO_FILLS_IN
    participant: Participant
    is_contact: bool = False

    def context(self) -> dict[str, object]:
        """Return what the templates may name; the way to the page of whoever reads it, too."""
        person, workshop = self.participant, self.participant.workshop
        return super().context() | {
            "link": person_url(person) if self.is_contact else me_url(workshop),
            "register_link": settings.SITE_URL
            + reverse("registration:register", args=[workshop.slug]),
        }


def readers_of(kind: ToParticipant) -> list[tuple[User, bool]]:
    """Return the users who get a message, each with whether they are the participant's contact."""
    own, contact = kind.participant.user, kind.participant.contact
    if kind.read_by == Reader.BOTH:
        found = [(own, False), (contact, True)]
    elif own or kind.read_by == Reader.PERSON:
        found = [(own, False)]
    else:
        found = [(contact, True)]
    return [(user, is_contact) for user, is_contact in found if user]


def notify(kind: ToParticipant) -> None:
    """Write a message to whoever reads it, one each, in the transaction that caused it."""
    for user, is_contact in readers_of(kind):
        write_to(replace(kind, is_contact=is_contact), user.email, user)


def notify_contact(kind: ToParticipant) -> None:
    """Write a message about a participant to their contact alone."""
    if contact := kind.participant.contact:
        write_to(replace(kind, is_contact=True), contact.email, contact)


def write_to(kind: ToParticipant, address: str, user: User | None = None) -> None:
    """Write a message about a participant to one address."""
    participant = kind.participant
    send(
        kind,
        to=address,
        workshop=participant.workshop,
        user=user,
        about=participant.public_id,
        is_protected=participant.is_protected,
    )


@dataclass(frozen=True, kw_only=True)
class AlreadyRegistered(ToParticipant):
    name = "registration/already_registered"
    label = _("registered already")
    priority = Priority.SOON

    def context(self) -> dict[str, object]:
        link = {} if self.is_contact else {"link": sign_in_url(self.participant.workshop)}
        return super().context() | link


@dataclass(frozen=True, kw_only=True)
class OwnAddressProved(ToParticipant):
    name = "registration/own_address_proved"
    label = _("sign-in of one’s own")
    read_by = Reader.BOTH


@dataclass(frozen=True, kw_only=True)
class AddressCorrected(ToParticipant):
    """For the address that they had before: it names neither the new one nor where to sign in."""

    name = "registration/address_corrected"
    label = _("address corrected")

    def context(self) -> dict[str, object]:
        link = settings.SITE_URL + self.participant.workshop.get_absolute_url()
        return super().context() | {"link": link}


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
    read_by = Reader.BOTH

    def context(self) -> dict[str, object]:
        verified = self.participant.participant_affiliations.verified()
        names = [str(each) for each in verified.select_related("affiliation")]
        return super().context() | {"affiliations": names}


@dataclass(frozen=True, kw_only=True)
class Waiting(ToParticipant):
    name = "registration/waiting"
    label = _("on the waiting list")
    read_by = Reader.BOTH


@dataclass(frozen=True, kw_only=True)
class Declined(ToParticipant):
    name = "registration/declined"
    label = _("declined")
    read_by = Reader.BOTH


@dataclass(frozen=True, kw_only=True)
class Cancelled(ToParticipant):
    name = "registration/cancelled"
    label = _("cancelled")
    read_by = Reader.BOTH
    losses: list[str] = field(default_factory=list)  # what went with it


@dataclass(frozen=True, kw_only=True)
class Restored(ToParticipant):
    name = "registration/restored"
    label = _("cancellation undone")
    read_by = Reader.BOTH
    came_back: list[str]
    gone: list[str]


@dataclass(frozen=True, kw_only=True)
class SeatOffered(ToParticipant):
    name = "registration/seat_offered"
    label = _("seat offered")
    read_by = Reader.BOTH
    ends_at: str


@dataclass(frozen=True, kw_only=True)
class OfferEnded(ToParticipant):
    name = "registration/offer_ended"
    label = _("offer ended")
    read_by = Reader.BOTH
    ends_at: str


# What tells that a registration was moved to a status; of a cancelled one, `deciding.cancel` does.
BY_STATUS: dict[Status, type[ToParticipant]] = {
    Status.CONFIRMED: Confirmed,
    Status.WAITING: Waiting,
    Status.DECLINED: Declined,
}


@dataclass(frozen=True, kw_only=True)
class AffiliationVerified(ToParticipant):
    name = "registration/affiliation_verified"
    label = _("affiliation verified")
    affiliations: list[str]


@dataclass(frozen=True, kw_only=True)
class AffiliationUnverified(ToParticipant):
    name = "registration/affiliation_unverified"
    label = _("affiliation no longer verified")
    affiliation: str


def follow_protection(participant: Participant) -> None:
    """Let the messages about `participant` be read by those alone who may know of them, or by all.

    Call it, in the transaction, where somebody becomes protected or is so no longer.
    """
    Message.objects.about(participant.public_id).update(is_protected=participant.is_protected)
