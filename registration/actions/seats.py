"""Whether somebody can be given a seat: of the workshop, and of the organisation they come from."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.locking import lock
from foundation.core.refusals import Refused
from foundation.series.models import Workshop
from registration.models import Participant
from registration.waiting_list import WorkshopPool, holds_seat, organisation_has_seat_for


def refuse_full(participant: Participant) -> None:
    """Say no where the workshop, or the organisation, has no seat for `participant`.

    Raises: workshop-full, seats-offered, organisation-full.
    """
    pool = WorkshopPool(participant.workshop)
    if pool.free(besides=participant) <= 0:
        raise _workshop_full(pool, participant)
    if not organisation_has_seat_for(participant):
        raise _organisation_full(participant)


def _workshop_full(pool: WorkshopPool, participant: Participant) -> Refused:
    """Say why no seat is free for `participant`: all are taken, or some are offered to others."""
    names = {"count": pool.seats(), "workshop": pool.workshop, "name": participant}
    offered = pool.offered(besides=participant)
    if not offered:
        sentence = _(
            "All seats of %(workshop)s (%(count)d) are taken: put %(name)s on the waiting list."
        )
        return Refused("workshop-full", sentence % names)
    sentence = ngettext(
        "No seat of %(workshop)s (%(count)d) is free for %(name)s: %(offered)d is offered to "
        "somebody on the waiting list.",
        "No seat of %(workshop)s (%(count)d) is free for %(name)s: %(offered)d are offered to "
        "people on the waiting list.",
        offered,
    )
    return Refused("seats-offered", sentence % (names | {"offered": offered}))


def _organisation_full(participant: Participant) -> Refused:
    """Say that the organisation of `participant` has no seat for them."""
    sentence = _(
        "All seats of %(organisation)s (%(count)d) are taken or offered: put %(name)s on the "
        "waiting list, or give the organisation more seats."
    )
    organisation = participant.organisation
    count = organisation.seats if organisation else 0
    names = {"count": count, "organisation": organisation, "name": participant}
    return Refused("organisation-full", sentence % names)


def hold_seat(*, participant: Participant) -> None:
    """Make sure that the organisation of whoever holds a seat, or is offered one, has one for them.

    Call it, in the transaction and before saving, where somebody's organisation changes.

    Raises: organisation-full.
    Locks: the workshop.
    """
    lock(Workshop.objects.all(), participant.workshop_id)
    if holds_seat(participant) and not organisation_has_seat_for(participant):
        sentence = _("All seats of %(organisation)s are taken; the organisers can add one.")
        names = {"organisation": participant.organisation}
        raise Refused("organisation-full", sentence % names)
