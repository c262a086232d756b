"""What a participant's status means for them, and what happens next."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import Participant, Status, WaitingListEntry


@dataclass(frozen=True)
class Standing:
    """A status in a participant's words.

    tone: the colour of Bootstrap's that goes with it.
    """

    label: Promise
    next: Promise
    tone: str


STANDINGS = {
    Status.SUBMITTED: Standing(
        _("E-mail not confirmed yet"),
        _(
            "We have sent you a mail with a link: open it and press the button there. Only then do "
            "the organisers get your registration. If no mail came, look among unwanted mail, or "
            "register again."
        ),
        "warning",
    ),
    Status.PENDING: Standing(
        _("With the organisers"),
        _(
            "An organiser looks at your registration and at the affiliations that you claim, and "
            "you get a mail with the answer. You need do nothing."
        ),
        "info",
    ),
    Status.CONFIRMED: Standing(
        _("Confirmed"),
        _("You are expected. If you can’t come, cancel, so that somebody else can."),
        "success",
    ),
    Status.WAITING: Standing(
        _("On the waiting list"),
        _(
            "No seat is free for you at the moment. As soon as one is, we e-mail you and keep it "
            "for you for a few days. If you can’t come, please cancel so someone else can."
        ),
        "warning",
    ),
    Status.DECLINED: Standing(
        _("Declined"),
        _(
            "The organisers could not give you a place. If you think that this is a mistake, "
            "write to them."
        ),
        "secondary",
    ),
    Status.CANCELLED: Standing(
        _("Cancelled"),
        _(
            "You are not expected, and hold no places. If you want to come after all, register "
            "again."
        ),
        "secondary",
    ),
}

SEAT_OFFERED = Standing(
    _("A seat is free for you"),
    _("Take it before the offer ends. After that, the seat goes to the next in line."),
    "success",
)
OFFER_ENDED = Standing(
    _("No longer in line"),
    _(
        "A seat was free for you, but the offer ended before you took it. You can join the waiting "
        "list again, at its end."
    ),
    "warning",
)


def standing_of(participant: Participant, entry: WaitingListEntry | None, at: datetime) -> Standing:
    """Return what the status means now; on the waiting list it depends on their `entry` there."""
    if participant.status != Status.WAITING:
        return STANDINGS[Status(participant.status)]
    if entry and entry.is_good_at(at):
        return SEAT_OFFERED
    return STANDINGS[Status.WAITING] if entry and entry.is_waiting else OFFER_ENDED
