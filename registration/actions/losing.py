"""Putting on record what is taken from participants: the one place, whoever takes it.

A loss is written in the transaction that takes it. Organisers who are about to save a form see it
before (`foundation.backoffice.taking`); the message to the person is the taker's.
"""

from collections.abc import Sequence

from django.db import transaction

from foundation.backoffice.taking import Consequence, note
from foundation.core.audit import acting_user
from registration.models import Loss, Participant, Status

LONGEST = Loss._meta.get_field("what").max_length  # what is longer is cut, never refused


def cause_of(participant: Participant) -> Loss.Cause:
    """Return why somebody is no longer admitted: their registration was cancelled, or changed."""
    is_cancelled = participant.status == Status.CANCELLED
    return Loss.Cause.CANCELLED if is_cancelled else Loss.Cause.CHANGED


@transaction.atomic
def record_loss(
    *,
    participant: Participant,
    kind: Loss.Kind,
    what: str,
    cause: Loss.Cause = Loss.Cause.CHANGED,
    ref: int | None = None,
    status: str = "",
) -> Loss:
    """Keep that `participant` holds something no longer, or was moved, and who did it.

    what, ref, status: as in `Loss`.
    """
    loss = Loss(participant=participant, kind=kind, cause=cause, what=what, ref=ref, status=status)
    record_losses([loss])
    return loss


@transaction.atomic
def record_losses(losses: Sequence[Loss]) -> None:
    """Keep them all, with who took it; in as many queries as for one."""
    for loss in losses:
        loss.by, loss.what = acting_user(), loss.what[:LONGEST]
    for loss in Loss.objects.bulk_create(losses):
        participant = loss.participant
        note(
            Consequence(
                workshop=participant.workshop,
                who=str(participant),
                what=loss.what,
                key=f"{loss.kind}:{participant.pk}:{loss.ref}:{loss.what}",
                is_protected=participant.is_protected,
                record=loss,
            )
        )
