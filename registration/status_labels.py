"""What a participant's status means for them, and what happens next."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import Status


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
            "The workshop is full for now. You get a mail as soon as a place is free for you. If "
            "you can no longer come, cancel, so that the next in line gets it."
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
