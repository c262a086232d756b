"""What a contact does for those they look after.

A contact fills in the forms of people who may have no sign-in of their own: an assistant for five
directors, a shared mailbox for two. Lock order: user (the contact, or the new sign-in), then
participant.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.locking import lock, lock_first
from foundation.core.names import name_key
from foundation.core.refusals import Refused
from foundation.core.violations import violations_refused
from foundation.series.models import TextVersion, Workshop
from registration.actions.details import Details, has_told
from registration.actions.registering import MAY_CHANGE, MAY_REGISTER, locked_user, write_anew
from registration.actions.submitting import DOUBLE_CLICK, receive
from registration.messages import AddressCorrected, OwnAddressProved, notify, write_to
from registration.models import Participant, Submission
from registration.secret_messages import notify_own_address


@transaction.atomic
def register_for_other(
    *,
    workshop: Workshop,
    contact: str,
    details: Details,
    agreed_to: list[TextVersion],
    own_email: str = "",
) -> None:
    """Take a registration that somebody sent for somebody else, and mail the sender a link.

    contact: the sender's address, which the link proves. own_email: the person's own, if any; it is
    written to once the sender's is proved. agreed_to: as in `register`.
    It waits beside what was sent with that address before. Where the contact has registered this
    name already, a mail says so to them, and nothing changes.

    Locks: the contact's user, the participant.
    """
    user = locked_user(contact)
    participant = participant_of_name(workshop, user, details.badge_name)
    is_registered = participant.pk is not None and participant.status not in MAY_REGISTER
    submission = Submission(workshop=workshop, user=user, is_for_other=True, own_email=own_email)
    receive(submission, details, agreed_to, participant if is_registered else None)


@transaction.atomic
def register_as_contact(
    *,
    workshop: Workshop,
    contact: User,
    details: Details,
    agreed_to: list[TextVersion],
    own_email: str = "",
) -> Participant:
    """Register somebody whom `contact`, who is signed in, looks after; the organisers have it now.

    own_email, agreed_to: as in `register_for_other`. A double click registers them once.

    Raises: registered-already.
    Locks: the contact's user, the participant.
    """
    contact = lock(User.objects.all(), contact.pk)
    participant = participant_of_name(workshop, contact, details.badge_name)
    if participant.pk and participant.status not in MAY_REGISTER:
        was_now = participant.submitted_at > timezone.now() - DOUBLE_CLICK
        if was_now and has_told(participant, details):
            return participant
        sentence = _("You have registered %(name)s already.")
        raise Refused("registered-already", sentence % {"name": participant.badge_name})
    note_own_address(participant, own_email)
    write_anew(participant, details, agreed_to, by=contact)
    return participant


@transaction.atomic
def give_own_address(*, participant: Participant, address: str) -> None:
    """Mail `address` a link that gives `participant` a sign-in of their own.

    Until its owner has opened the link nothing changes. An address given before is forgotten.

    Raises: has-own-address, not-changeable.
    Locks: the participant.
    """
    rows = Participant.objects.select_related("workshop", "user", "contact")
    participant = lock(rows, participant.pk)
    if participant.user:
        sentence = _("%(name)s signs in with an address of their own already.")
        raise Refused("has-own-address", sentence % {"name": participant.badge_name})
    if participant.status not in MAY_CHANGE:
        raise Refused("not-changeable", _("This registration can’t be changed as it stands."))
    participant.unproved_email = address
    participant.save()
    notify_own_address(participant)


@transaction.atomic
def prove_own_address(*, participant: Participant) -> None:
    """Give `participant` a sign-in of their own: its owner has opened the link. The contact stays.

    participant: as the link names them. Where an organiser corrected an address, the old one is
    told, and signs in to this registration no longer.

    Raises: link-void, address-taken.
    Locks: the user with that address, the participant.
    """
    address = participant.unproved_email
    user = locked_user(address)
    rows = Participant.objects.select_related("workshop", "contact", "user")
    current = lock_first(rows.filter(pk=participant.pk, unproved_email=address))
    if current is None or current.status not in MAY_CHANGE:
        raise Refused("link-void", _("This link has been used, or a newer one was sent."))
    former, current.user, current.unproved_email = current.user, user, ""
    refusals = {
        "participant_once_per_user_and_workshop": _address_taken,
        "participant_contact_is_another": _address_taken,
    }
    with violations_refused(refusals):
        current.save()
    notify(OwnAddressProved(participant=current))
    if former:
        write_to(AddressCorrected(participant=current), former.email, former)


def note_own_address(participant: Participant, address: str) -> None:
    """Keep the address that a contact gave for somebody; never for who signs in themselves."""
    participant.unproved_email = "" if participant.user_id else address


def participant_of_name(workshop: Workshop, contact: User, name: str) -> Participant:
    """Return the participant of this name whom `contact` looks after, locked, or a new one."""
    theirs = Participant.objects.filter(workshop=workshop, contact=contact)
    same = [each.pk for each in theirs if name_key(each.badge_name) == name_key(name)]
    rows = theirs.filter(pk__in=same).select_related("user", "organisation")
    participant = lock_first(rows.order_by("-pk")) or Participant()
    participant.workshop, participant.contact = workshop, contact
    return participant


def _address_taken() -> Refused:
    """Tell nothing of whoever has it: only its owner, who opened the link, is told at all."""
    sentence = _("This address can’t be used here. Write to the organisers.")
    return Refused("address-taken", sentence)
