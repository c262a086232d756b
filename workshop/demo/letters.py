"""The mails that the demo's people had before anybody tried the site."""

from django.conf import settings

from registration import outbox
from registration.links import invitation_token, verify_token
from registration.models import Invitation, Mail, Participant, Status

TEXTS = {
    Status.SUBMITTED: (
        "Prove your address",
        "Thank you for registering. Open this link to prove that the address is yours:\n\n{link}",
    ),
    Status.PENDING: (
        "Your registration waits for an organiser",
        "Your address is proved. An organiser looks at your registration now and writes to you.",
    ),
    Status.CONFIRMED: (
        "Your registration is confirmed",
        "You are coming. Sign in to see your agenda and to reserve a World Café table:\n\n{link}",
    ),
    Status.WAITING: (
        "You are on the waiting list",
        "The workshop is full for now. You hear from us as soon as a place is free.",
    ),
    Status.DECLINED: (
        "We can’t offer you a place",
        "Thank you for your interest. This time we can’t offer you a place.",
    ),
}


def write(participant: Participant) -> None:
    """What a participant of this status last heard."""
    subject, text = TEXTS[participant.status]
    link = site(participant.workshop.get_absolute_url())
    if participant.status == Status.SUBMITTED:
        link = verify_link(participant)
    _put(
        participant.workshop, participant.user.email, participant.badge_name, subject,
        text.format(link=link), f"demo-{participant.status}", participant,
    )  # fmt: skip


def invite(invitation: Invitation) -> None:
    text = (
        "You are invited. This link is for you alone; it registers you and can be used once:"
        f"\n\n{invitation_link(invitation)}"
    )
    _put(
        invitation.workshop, invitation.email, invitation.name, "Your invitation", text,
        "demo-invitation",
    )  # fmt: skip


def invitation_link(invitation: Invitation) -> str:
    return site(f"{_register(invitation.workshop)}{invitation_token(invitation)}/")


def verify_link(participant: Participant) -> str:
    return site(f"{_register(participant.workshop)}verify/{verify_token(participant)}/")


def site(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _register(workshop) -> str:
    return f"{workshop.get_absolute_url()}register/"


def _put(workshop, to, name, subject, text, kind, participant=None) -> None:
    email = outbox.send(
        recipients=[to],
        subject=f"{subject} · {workshop}",
        message=f"Dear {name},\n\n{text}\n\nThe organisers of {workshop}\n",
    )
    Mail.objects.create(
        workshop=workshop,
        participant=participant,
        email=email,
        kind=kind,
        carries_secret="/register/" in text,
    )
