"""Who gets which message about a participant: the one place that says so."""

from django.conf import settings

from registration import mail
from registration.links import me_url, own_address_url, person_url, sign_in_url
from registration.models import Participant

# What is decided about a registration is told to the person and to their contact.
TO_BOTH = frozenset(
    {
        "confirmed",
        "waiting",
        "declined",
        "cancelled",
        "seat_offered",
        "offer_ended",
        "own_address_proved",
    }
)


def recipients(participant: Participant, kind: str) -> list[str]:
    """Return the addresses to which a message of `kind` goes, one message to each.

    Decisions go to the person and to their contact. Everything else goes to the person, or to the
    contact where the person has no address of their own: so the link that proves an address goes to
    whoever sent the form. What another app sends ("app/kind") is about a session: it is the
    person's alone, for a contact sees no session by looking after somebody.
    """
    own = [participant.user.email] if participant.user else []
    contact = [participant.contact.email] if participant.contact else []
    if kind in TO_BOTH:
        return own + contact
    return own or ([] if "/" in kind else contact)


def notify(
    participant: Participant, kind: str, *, carries_secret: bool = False, **context: object
) -> None:
    """Write a message about `participant` to everybody whom it is for.

    Each is given the way to their own page: the person to theirs, the contact to the page of the
    person they look after.
    """
    for address in recipients(participant, kind):
        if participant.user and participant.user.email == address:
            known = {"link": me_url(participant.workshop), "is_contact": False}
        else:
            known = {"link": person_url(participant), "is_contact": True}
        _send(participant, address, kind, known | context, carries_secret)


def notify_contact(participant: Participant, kind: str) -> None:
    """Write a message about `participant` to their contact alone."""
    if participant.contact:
        context = {"link": person_url(participant), "is_contact": True}
        _send(participant, participant.contact.email, kind, context)


def notify_own_address(participant: Participant) -> None:
    """Mail the link that gives a sign-in to the address that the contact gave, if they gave one.

    Whoever is registered with it already is told so instead; the contact learns of neither.
    """
    workshop, address = participant.workshop, participant.unproved_email
    if not address:
        return
    if workshop.participants.filter(user__email=address).exists():
        _send(participant, address, "already_registered", {"link": sign_in_url(workshop)}, True)
    else:
        link = {"link": own_address_url(participant), "good_for": settings.VERIFY_LINK_GOOD_FOR}
        _send(participant, address, "own_address", link, True)


def _send(
    participant: Participant,
    address: str,
    kind: str,
    context: dict[str, object],
    carries_secret: bool = False,
) -> None:
    mail.send(
        workshop=participant.workshop,
        to=address,
        kind=kind,
        participant=participant,
        carries_secret=carries_secret,
        context=context,
    )
