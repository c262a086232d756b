"""What a participant's status means for them, and what happens next."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import Participant, Status, WaitingListEntry


@dataclass(frozen=True)
class StatusLabel:
    """A status in a participant's words.

    tone: the colour of Bootstrap's that goes with it.
    """

    label: Promise
    next: Promise
    tone: str


STATUS_LABELS = {
    Status.PENDING: StatusLabel(
        _("Awaiting decision"),
        _(
            "The organisers check your registration and the affiliations you claim, and reply by "
            "e-mail. You don’t need to do anything."
        ),
        "info",
    ),
    Status.CONFIRMED: StatusLabel(
        _("Confirmed"),
        _("You are confirmed. If you can’t come, please cancel so someone else can."),
        "success",
    ),
    Status.WAITING: StatusLabel(
        _("On the waiting list"),
        _(
            "No seat is free for you at the moment. As soon as one is, we e-mail you and keep it "
            "for you for a few days. If you can’t come, please cancel so someone else can."
        ),
        "warning",
    ),
    Status.DECLINED: StatusLabel(
        _("Declined"),
        _(
            "The organisers could not give you a seat. If you think that this is a mistake, "
            "write to them."
        ),
        "secondary",
    ),
    Status.CANCELLED: StatusLabel(
        _("Cancelled"),
        _(
            "You are not expected, and hold no seats. If you want to come after all, register "
            "again."
        ),
        "secondary",
    ),
}

# While registration is not open, nobody can register again.
CANCELLED_AND_CLOSED = StatusLabel(
    STATUS_LABELS[Status.CANCELLED].label,
    _(
        "You are not expected, and hold no seats. Registration is not open: if you want to "
        "come after all, write to the organisers."
    ),
    "secondary",
)
SEAT_OFFERED = StatusLabel(
    _("A seat is free for you"),
    _("Take it before the offer ends. After that, the seat goes to the next in line."),
    "success",
)
OFFER_ENDED = StatusLabel(
    _("No longer in line"),
    _(
        "A seat was free for you, but the offer ended before you took it. You can join the waiting "
        "list again, at its end."
    ),
    "warning",
)


# Why somebody who is registered sees what everybody sees, and no more.
PUBLIC_ONLY = {
    Status.PENDING: _(
        "You see the public agenda. The rest opens once an organiser has confirmed your "
        "registration."
    ),
    Status.WAITING: _(
        "You are on the waiting list, so you see the public agenda. The rest opens once you have "
        "a seat."
    ),
    Status.DECLINED: _("Your registration was declined, so you see the public agenda."),
    Status.CANCELLED: _("Your registration is cancelled, so you see the public agenda."),
}


def why_public(participant: Participant | None) -> Promise | str:
    """Return why a participant sees what everybody sees; "" where they see more, or aren't one."""
    return PUBLIC_ONLY.get(Status(participant.status), "") if participant else ""


def label_of(participant: Participant, entry: WaitingListEntry | None, at: datetime) -> StatusLabel:
    """Return what the status means now; on the waiting list it depends on their `entry` there."""
    is_cancelled = participant.status == Status.CANCELLED
    if is_cancelled and not participant.workshop.registration_is_open(at):
        return CANCELLED_AND_CLOSED
    if participant.status != Status.WAITING:
        return STATUS_LABELS[Status(participant.status)]
    if entry and entry.is_good_at(at):
        return SEAT_OFFERED
    return STATUS_LABELS[Status.WAITING] if entry and entry.is_waiting else OFFER_ENDED
