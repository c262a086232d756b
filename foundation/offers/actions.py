"""The waiting list: join, leave, offer, accept, expire. The same for every pool.

Each is one transaction, and locks the row that owns the pool's count first; entries are written
under that lock alone.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.refusals import Refused
from foundation.core.violations import violations_refused
from foundation.offers.models import E, EntryState
from foundation.offers.pool import P, Pool


@transaction.atomic
def join(*, pool: Pool[E, P], participant: P) -> E:
    """Put `participant` at the end of the line.

    Raises: already-in-line.
    Locks: the pool.
    """
    pool.lock()
    entry = pool.new_entry(participant)
    with violations_refused({f"{entry._meta.model_name}_open_once": _already_in_line}):
        entry.save()
    return entry


def position(*, pool: Pool[E, P], participant: P) -> int | None:
    """Return which number `participant` is among those who wait for an offer; None: they don't."""
    waiting = pool.entries().waiting()
    entry = waiting.filter(participant=participant).first()
    if entry is None:
        return None
    same_moment = Q(joined_at=entry.joined_at, pk__lte=entry.pk)
    return waiting.filter(Q(joined_at__lt=entry.joined_at) | same_moment).count()


@transaction.atomic
def leave(*, pool: Pool[E, P], participant: P) -> None:
    """Let `participant` out of the line, if they stand in it; what is free goes to the next.

    Call it, too, when somebody gives up a seat.

    Locks: the pool.
    """
    pool.lock()
    pool.entries().open().filter(participant=participant).update(state=EntryState.LEFT)
    offer_free(pool=pool)


@transaction.atomic
def settle(*, pool: Pool[E, P], participant: P) -> None:
    """Let `participant` out of the line because they have a seat, whoever gave it to them.

    Locks: the pool.
    """
    pool.lock()
    pool.entries().open().filter(participant=participant).update(state=EntryState.ACCEPTED)


@transaction.atomic
def offer_free(*, pool: Pool[E, P]) -> None:
    """Offer every free seat to the first in line who may take it. Call it when one is freed.

    Locks: the pool.
    """
    pool.lock()
    now = timezone.now()
    ends_at = pool.offer_ends_at(now)
    if ends_at <= now:
        return
    free = pool.free()
    for entry in pool.entries().waiting().in_line() if free > 0 else ():
        if pool.may_take(entry):
            _offer(pool, entry, now, ends_at)
            free -= 1
        if free <= 0:
            return


@transaction.atomic
def accept(*, pool: Pool[E, P], participant: P, take: Callable[[], object]) -> None:
    """Take the seat that is offered to `participant`, until the offer ends.

    take: gives them the seat, in this transaction. The seat was counted when it was offered.

    Raises: offer-ended, already-accepted, no-offer; what `take` raises.
    Locks: the pool; what `take` locks.
    """
    pool.lock()
    entry = pool.entries().filter(participant=participant).in_line().last()
    if entry is None or not entry.is_good_at(timezone.now()):
        raise _no_offer(entry.state if entry else "")
    entry.state = EntryState.ACCEPTED
    entry.save(update_fields=["state"])
    take()


@transaction.atomic
def expire(*, pool: Pool[E, P]) -> int:
    """End the offers that nobody took in time, tell each, and offer the seats to the next.

    Return how many ended. Whoever's offer ended is out of the line, and may join it at its end.

    Locks: the pool.
    """
    pool.lock()
    ended = list(pool.entries().expired_at(timezone.now()).in_line())
    for entry in ended:
        entry.state = EntryState.EXPIRED
        entry.save(update_fields=["state"])
        pool.notify(entry, "offer_ended")
    offer_free(pool=pool)
    return len(ended)


def _offer(pool: Pool[E, P], entry: E, now: datetime, ends_at: datetime) -> None:
    entry.state, entry.offered_at, entry.offer_ends_at = EntryState.OFFERED, now, ends_at
    entry.save(update_fields=["state", "offered_at", "offer_ends_at"])
    pool.notify(entry, "seat_offered")


def _already_in_line() -> Refused:
    return Refused("already-in-line", _("You are on this waiting list already."))


def _no_offer(state: str) -> Refused:
    """Say why there is nothing to accept, from the state of somebody's last entry."""
    if state == EntryState.ACCEPTED:
        return Refused("already-accepted", _("You have taken this seat already."))
    if state in (EntryState.OFFERED, EntryState.EXPIRED):
        return Refused("offer-ended", _("This offer has ended: the seat goes to the next in line."))
    return Refused("no-offer", _("No seat is offered to you at the moment."))
