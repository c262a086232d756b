"""The waiting list from the participants' side, and what the worker does about it.

Joining, leaving and being confirmed follow the status (`registration.waiting_list`).
"""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.refusals import Refused
from foundation.offers import actions as offers
from foundation.offers.models import OPEN
from foundation.series.models import Workshop
from registration.actions import deciding
from registration.models import Participant, Status, WaitingListEntry
from registration.waiting_list import WorkshopPool


@transaction.atomic
def accept_offer(*, participant: Participant, by: User) -> None:
    """Take the seat that is offered to `participant`: they are confirmed, and told so.

    Raises: offer-ended, already-accepted, no-offer, already-confirmed, no-such-move.
    Locks: the workshop, the participant.
    """
    offers.accept(
        pool=WorkshopPool(participant.workshop),
        participant=participant,
        take=lambda: deciding.confirm_offered(participant=participant, by=by),
    )


@transaction.atomic
def decline_offer(*, participant: Participant, by: User) -> None:
    """Cancel the registration of whoever can't come after all; the seat goes to the next.

    Raises: no-offer, where the registration is not on the waiting list.
    Locks: the workshop, the participant, then what they held.
    """
    if deciding.lock_with_workshop(participant).status != Status.WAITING:
        raise Refused("no-offer", _("No seat is offered to you at the moment."))
    deciding.cancel(participant=participant, by=by)


@transaction.atomic
def join_again(*, participant: Participant) -> None:
    """Put whoever let an offer end at the end of the waiting list.

    Raises: not-on-waiting-list, where the registration is not; already-in-line.
    Locks: the workshop, the participant.
    """
    participant = deciding.lock_with_workshop(participant)
    if participant.status != Status.WAITING:
        sentence = _("Only the organisers can put you on the waiting list.")
        raise Refused("not-on-waiting-list", sentence)
    pool = WorkshopPool(participant.workshop)
    offers.expire(pool=pool)  # it may be their own offer that nobody has ended yet
    offers.join(pool=pool, participant=participant)


def move_up(stopping: Callable[[], bool] = lambda: False) -> bool:
    """End offers past their deadline and offer what is free; return whether any had ended.

    Seats that organisers added are found here too. One transaction for each workshop.

    Locks: each workshop, one at a time.
    """
    lines = WaitingListEntry.objects.filter(state__in=OPEN)
    workshops = Workshop.objects.filter(pk__in=lines.values("participant__workshop"))
    ended = [offers.expire(pool=WorkshopPool(workshop)) for workshop in workshops if not stopping()]
    return any(ended)
