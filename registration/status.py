"""The status of a registration: which moves there are, and the one function that makes one.

A form that was sent is a `Submission` until its address is proved. Then: pending (an organiser
decides) → confirmed, waiting or declined; and cancelled from any of them, and back: by registering
again, or to what it was (`registration.actions.restoring`).
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.refusals import Refused
from registration.models import Participant, Status

# From where a registration can move to each status.
MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.CANCELLED}),
    Status.CONFIRMED: frozenset({Status.PENDING, Status.WAITING, Status.DECLINED}),
    Status.WAITING: frozenset({Status.PENDING, Status.DECLINED}),
    Status.DECLINED: frozenset({Status.PENDING, Status.WAITING}),
    Status.CANCELLED: frozenset(set(Status) - {Status.CANCELLED}),
}


def can_become(participant: Participant, status: Status) -> bool:
    """Return whether a registration can move to `status`; a new one may begin with any.

    Seats are counted elsewhere.
    """
    return participant.pk is None or participant.status in MOVES[status]


def set_status(
    participant: Participant, status: Status, *, by: User | None, at: datetime | None = None
) -> None:
    """Move the registration to `status`; the caller holds its lock, and saves it.

    by: who decided, None where nobody did. at: now, where it isn't said.

    Raises: already-<status>, no-such-move.
    """
    refuse_impossible(participant, status)
    participant.status, participant.status_by = status, by
    participant.status_at = at or timezone.now()


def set_back(participant: Participant, status: Status, *, by: User) -> None:
    """Move a cancelled registration back to the status it had; the caller counts seats, and saves.

    Raises: not-cancelled.
    """
    if participant.status != Status.CANCELLED:
        sentence = _("%(name)s: the registration is not cancelled, so there is nothing to undo.")
        raise Refused("not-cancelled", sentence % {"name": participant})
    participant.status, participant.status_by = status, by
    participant.status_at = timezone.now()


def refuse_impossible(participant: Participant, status: Status) -> None:
    """Say no where the registration, as it stands, can't move to `status`.

    Raises: already-<status>, no-such-move.
    """
    if can_become(participant, status):
        return
    if participant.status == status:
        sentence = _("%(name)s: the registration is “%(status)s” already.")
        names = {"name": participant, "status": status.label}
        raise Refused(f"already-{status.value}", sentence % names)
    sentence = _("%(name)s can’t become “%(to)s”: the registration is now “%(status)s”.")
    names = {
        "name": participant,
        "to": status.label,
        "status": participant.get_status_display(),
    }
    raise Refused("no-such-move", sentence % names)
