"""What a participant's status means for them, and what happens next."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import Status


@dataclass(frozen=True)
class StatusLabel:
    """A status in a participant's words.

    tone: the colour of Bootstrap's that goes with it.
    """

    label: Promise
    next: Promise
    tone: str


STATUS_LABELS = {
    Status.SUBMITTED: StatusLabel(
        _("E-mail not confirmed yet"),
        _(
            "Check your e-mail: open the link that we sent, and press the button there. Only then "
            "do the organisers get your registration. If no mail came, look in your spam folder, "
            "or register again."
        ),
        "warning",
    ),
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
            "The workshop is full for now. We e-mail you as soon as there is a seat for you. If "
            "you can no longer come, please cancel so the next in line gets it."
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
