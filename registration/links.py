"""The secret links of registration mails: signed, never stored, void once used."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from foundation.core import clock, tokens
from foundation.series.models import Workshop
from registration.models import Invitation, Participant, Submission

VERIFY = "registration.verify"
OWN_ADDRESS = "registration.own-address"
INVITE = "registration.invitation"


def verify_token(submission: Submission) -> str:
    return tokens.sign(VERIFY, str(submission.public_id))


def submission_of_token(workshop: Workshop, token: str) -> Submission | None:
    """Return the form that a verify link confirms, or confirmed before; else None.

    None where it is forged, or too old and nothing came of it.
    """
    opened = tokens.read(VERIFY, token)
    if opened is None:
        return None
    [public_id] = opened
    found = Submission.objects.filter(workshop=workshop, public_id=public_id).first()
    return found if found and (found.closed_at or found.is_good) else None


def own_address_token(participant: Participant) -> str:
    return tokens.sign(OWN_ADDRESS, str(participant.public_id), participant.unproved_email)


def participant_of_own_address(workshop: Workshop, token: str) -> Participant | None:
    """Return the participant to whom a link would give a sign-in of their own, else None.

    Another address, given since, makes the links to the one before void; so does a proved one.
    """
    opened = tokens.read(OWN_ADDRESS, token, good_for=settings.VERIFY_LINK_GOOD_FOR)
    if opened is None:
        return None
    public_id, address = opened
    here = Participant.objects.filter(workshop=workshop, public_id=public_id)
    return here.filter(unproved_email=address).first()


def has_given_sign_in(workshop: Workshop, token: str) -> bool:
    """Return whether a link was used, and its address is the participant's still."""
    opened = tokens.read(OWN_ADDRESS, token)
    if opened is None:
        return False
    public_id, address = opened
    here = Participant.objects.filter(workshop=workshop, public_id=public_id)
    return here.filter(user__email=address).exists()


def invitation_token(invitation: Invitation) -> str:
    return tokens.sign(INVITE, invitation.nonce)


def invitation_of_token(
    workshop: Workshop, token: str, *, is_sent: bool = False
) -> Invitation | None:
    """Return the unused, unexpired invitation behind a link, else None.

    is_sent: its form is sent, and may have been opened before the invitation expired.
    """
    invitation, now = _invitation_of(workshop, token), timezone.now()
    if invitation is None:
        return None
    is_good = clock.for_sent_form(invitation.is_good, now) if is_sent else invitation.is_good(now)
    return invitation if is_good else None


def used_invitation_of_token(workshop: Workshop, token: str) -> Invitation | None:
    """Return the invitation that was accepted by this very link, else None."""
    invitation = _invitation_of(workshop, token)
    return invitation if invitation and invitation.used_at else None


def verify_path(submission: Submission) -> str:
    return reverse("registration:verify", args=[submission.workshop.slug, verify_token(submission)])


def own_address_url(participant: Participant) -> str:
    """Return the whole address of a link that gives a sign-in of one's own, for a mail."""
    args = [participant.workshop.slug, own_address_token(participant)]
    return _whole(reverse("registration:own_address", args=args))


def invitation_path(invitation: Invitation) -> str:
    return reverse(
        "registration:register_invited",
        args=[invitation.workshop.slug, invitation_token(invitation)],
    )


def verify_url(submission: Submission) -> str:
    """Return the whole address of a verify link, for a mail."""
    return _whole(verify_path(submission))


def me_url(workshop: Workshop) -> str:
    return _whole(reverse("workshop:me", args=[workshop.slug]))


def person_url(participant: Participant) -> str:
    """Return the whole address of the page on which a contact looks after `participant`."""
    args = [participant.workshop.slug, participant.public_id]
    return _whole(reverse("registration:person", args=args))


def sign_in_path(workshop: Workshop) -> str:
    """Return where to sign in, and get to one's own page at once."""
    query = urlencode({"next": reverse("workshop:me", args=[workshop.slug])})
    return f"{reverse('account_login')}?{query}"


def sign_in_url(workshop: Workshop) -> str:
    """Return the whole address of it, for a mail."""
    return _whole(sign_in_path(workshop))


def _invitation_of(workshop: Workshop, token: str) -> Invitation | None:
    opened = tokens.read(INVITE, token)
    if opened is None:
        return None
    [nonce] = opened
    return Invitation.objects.filter(workshop=workshop, nonce=nonce).first()


def _whole(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
