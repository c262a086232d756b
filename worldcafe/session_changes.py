"""What becomes of tables when their session changes, or when a registration is restored.

An edit holds the session's row, and hosts are locked before sessions everywhere; so here the
reservations themselves are locked, as `worldcafe.actions` does after the host.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from agenda.access import admitted, decide
from agenda.models import Session
from foundation.core.locking import lock_all
from foundation.core.refusals import Refused
from registration.actions.losing import record_loss
from registration.messages import notify
from registration.models import Loss, Participant
from worldcafe.access import held_by
from worldcafe.actions import double_refused, release_from, table_in_words
from worldcafe.messages import Moved, Reserved
from worldcafe.models import Reservation, Table


def when_session_changed(sender: object, session: Session, moved: bool, **kwargs: object) -> None:
    """Receive `agenda.signals.session_changed`: release, move or give back the tables of a café.

    Locks: the reservations.
    """
    held = lock_all(_with_people(Reservation.objects.active()).filter(table__cafe__session=session))
    admits = set() if session.cancelled_at else set(admitted(session).values_list("pk", flat=True))
    cause = Loss.Cause.SESSION_CANCELLED if session.cancelled_at else Loss.Cause.CHANGED
    for reservation in held:
        if reservation.host_id not in admits:
            release_from(reservation, cause)
        elif moved:
            _tell_moved(reservation)
    if not session.cancelled_at:
        _give_back_of(session)


def give_table_back(
    sender: object, participant: Participant, losses: Iterable[Loss], **kwargs: object
) -> None:
    """Receive `registration.signals.registration_restored`: hold the table again where it is free.

    Locks: the table.
    """
    for loss in losses:
        if loss.kind == Loss.Kind.TABLE and _held_again(loss):
            loss.give_back()


def _give_back_of(session: Session) -> None:
    """Give back the tables that were released when `session` was cancelled."""
    reservations = Reservation.objects.filter(table__cafe__session=session)
    lost = Loss.objects.to_give_back().filter(
        kind=Loss.Kind.TABLE,
        cause=Loss.Cause.SESSION_CANCELLED,
        ref__in=reservations.values("pk"),
    )
    for loss in lost:
        if again := _held_again(loss):
            loss.give_back()
            notify(Reserved.of(again))


def _held_again(loss: Loss) -> Reservation | None:
    """The reservation, active again; None where the table or its host is taken, or may not."""
    if loss.ref is None:
        return None
    found = _with_people(Reservation.objects.exclude(released_at=None)).filter(pk=loss.ref).first()
    if found is None or not decide(found.table.cafe.session, found.host, timezone.now()):
        return None
    lock_all(Table.objects.all(), [found.table_id])
    if held_by(found.host):
        return None
    try:
        with transaction.atomic(), double_refused(found.table, found.host):
            found.released_at = None
            found.save(update_fields=["released_at"])
    except Refused:
        return None
    return found


def _with_people(rows: QuerySet[Reservation]) -> QuerySet[Reservation]:
    return rows.select_related("table__cafe__session__workshop", "host__workshop", "host__user")


def _tell_moved(reservation: Reservation) -> None:
    record_loss(
        participant=reservation.host,
        kind=Loss.Kind.MOVED,
        what=table_in_words(reservation.table),
        ref=reservation.pk,
    )
    notify(Moved.of(reservation))
