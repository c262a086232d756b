"""Every change of who holds which table.

Lock order: the host, then the sessions, then the tables, by key. Holding the host's row, no
registration is cancelled half-way and no host takes two; holding the tables', moves that cross
can't wait for each other. Sessions are only held still, so that none is cancelled or moved
meanwhile: many reserve in one café at once.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import Session
from agenda.words import name_of
from foundation.core import clock
from foundation.core.locking import hold_still, lock_all, lock_first
from foundation.core.refusals import Refused
from foundation.core.violations import violations_refused
from registration.access import Decision, Viewer
from registration.actions.losing import cause_of, record_loss
from registration.messages import notify
from registration.models import Loss, Participant
from worldcafe.access import held_by, may_reserve, not_over, window_of
from worldcafe.messages import Moved, Released, Reserved
from worldcafe.models import Reservation, Table


@transaction.atomic
def reserve(
    *,
    table: Table,
    host: Participant,
    practice: str,
    country: str,
    summary: str,
    brings: str = "",
    by_organiser: bool = False,
) -> Reservation:
    """Hold `table` for `host`, who gets a mail.

    Raises: gone, over, not-open-yet, closed, not-confirmed, affiliation, invitation-only, full,
    just-taken, yours-already, has-a-table.
    Locks: the host, then the table; holds the session still.
    """
    host = _locked_host(host.pk)
    _hold_sessions_still(table.pk)
    [table] = _locked_tables(table.pk)
    _ask_for_form(table, host, by_organiser)
    with double_refused(table, host):
        reservation = Reservation.objects.create(
            table=table,
            host=host,
            practice=practice,
            country=country,
            summary=summary,
            brings=brings,
        )
    notify(Reserved.of(reservation))
    return reservation


@transaction.atomic
def move(*, reservation: Reservation, table: Table, by_organiser: bool = False) -> Reservation:
    """Hold another table instead, here or on the other day; the host gets a mail.

    The café that is left must take changes, too.

    Raises: gone, released, over, not-open-yet, closed, not-confirmed, affiliation, invitation-only,
    full, just-taken.
    Locks: the host, then both tables, by key; holds both sessions still.
    """
    reservation, host = _locked_reservation(reservation, table.pk)
    if reservation.table_id == table.pk:
        return reservation
    before = reservation.table
    tables = {each.pk: each for each in _locked_tables(reservation.table_id, table.pk)}
    left = tables[reservation.table_id].cafe
    window_of(left, timezone.now(), by_organiser=by_organiser).or_refuse()
    _ask(tables[table.pk], host, by_organiser)
    with double_refused(table, host):
        reservation.table = tables[table.pk]
        reservation.save(update_fields=["table"])
    if by_organiser:
        what = _("moved from %(table)s") % {"table": table_in_words(before)}
        record_loss(participant=host, kind=Loss.Kind.MOVED, what=what, ref=reservation.pk)
    notify(Moved.of(reservation))
    return reservation


@transaction.atomic
def change(
    *, reservation: Reservation, practice: str, country: str, summary: str, brings: str = ""
) -> Reservation:
    """Change what is presented, until the café is over.

    Raises: gone, released, over.
    Locks: the host.
    """
    reservation, _host = _locked_reservation(reservation)
    cafe = reservation.table.cafe
    clock.for_sent_form(lambda at: not_over(cafe, at), timezone.now()).or_refuse()
    reservation.practice, reservation.country = practice, country
    reservation.summary, reservation.brings = summary, brings
    reservation.save(update_fields=["practice", "country", "summary", "brings"])
    return reservation


@transaction.atomic
def release(*, reservation: Reservation, by_organiser: bool = False) -> Reservation:
    """Give the table back; the reservation stays on record. Where an organiser does, a mail goes.

    Possible until the café is over.

    Raises: gone, released, cancelled, over.
    Locks: the host.
    """
    reservation, _host = _locked_reservation(reservation)
    not_over(reservation.table.cafe, timezone.now()).or_refuse()
    if by_organiser:
        release_from(reservation, Loss.Cause.CHANGED)
    else:
        _release(reservation)
    return reservation


def when_admission_is_lost(sender: object, participant: Participant, **kwargs: object) -> None:
    """Receive `registration.signals.admission_lost`."""
    release_of(participant=participant)


@transaction.atomic
def release_of(*, participant: Participant) -> int:
    """Release the tables of coming cafés that no longer admit `participant`, and return how many.

    Called when a registration is cancelled, an affiliation no longer verified or a role taken, and
    by the worker.
    The mail that says so is the caller's where nothing of the registration is left.

    Raises: gone.
    Locks: the host.
    """
    _locked_host(participant.pk)
    held = Reservation.objects.active().filter(
        host=participant, table__cafe__session__ends_at__gt=timezone.now()
    )
    if participant.is_confirmed:
        viewer = Viewer.of_participant(participant)
        held = held.exclude(table__cafe__session__in=Session.objects.visible_to(viewer))
    lost = lock_all(
        held.select_related("table__cafe__session__workshop", "host__workshop", "host__user")
    )
    for reservation in lost:
        reservation.host = participant
        release_from(reservation, cause_of(participant))
    return len(lost)


def release_from(reservation: Reservation, cause: Loss.Cause) -> None:
    """Release a table that is taken from its host; it is on record, and whoever comes is told.

    The caller locked the host or the reservation.
    """
    _release(reservation)
    record_loss(
        participant=reservation.host,
        kind=Loss.Kind.TABLE,
        cause=cause,
        what=table_in_words(reservation.table),
        ref=reservation.pk,
    )
    if reservation.host.is_confirmed:
        notify(Released.of(reservation))


def table_in_words(table: Table) -> str:
    """Return a table with its café, by the title only where everybody may read that."""
    return _("%(table)s at %(session)s") % {"table": table, "session": name_of(table.cafe.session)}


def _locked_host(pk: int) -> Participant:
    hosts = Participant.objects.select_related("workshop", "user", "contact")
    host: Participant | None = lock_first(hosts.filter(pk=pk))
    if host is None:
        raise Refused("gone", _("This registration is no longer there."))
    return host


def _locked_tables(*keys: int) -> list[Table]:
    locked = lock_all(Table.objects.select_related("cafe__session__workshop"), keys)
    if len(locked) < len(keys):
        raise Refused("gone", _("This table is no longer there. Choose another."))
    return locked


def _hold_sessions_still(*tables: int) -> None:
    hold_still(
        Session, Session.objects.filter(cafe__tables__in=tables).values_list("pk", flat=True)
    )


def _locked_reservation(reservation: Reservation, *tables: int) -> tuple[Reservation, Participant]:
    """The reservation as it stands now; the host's lock is the one that holds it.

    tables: to which it shall go; their sessions are held still with its own, before it is locked:
    a change of a session locks them in this order.
    """
    host = _locked_host(reservation.host_id)
    now = Reservation.objects.filter(pk=reservation.pk).values_list("table", flat=True)
    _hold_sessions_still(*now, *tables)
    rows = Reservation.objects.active().select_related("table__cafe__session__workshop")
    # Locked as well: a change of the session releases it without its host.
    current = lock_first(rows.filter(pk=reservation.pk))
    if current is None:
        raise Refused("released", _("This reservation was released in the meantime."))
    current.host = host
    return current, host


def _ask(table: Table, host: Participant, by_organiser: bool) -> None:
    may_reserve(table.cafe, host, timezone.now(), by_organiser=by_organiser).or_refuse()


def _ask_for_form(table: Table, host: Participant, by_organiser: bool) -> None:
    """Ask the same for a form that a host may have opened while reservations were open."""
    now = timezone.now()

    def ask(at: datetime) -> Decision:
        return may_reserve(table.cafe, host, at, by_organiser=by_organiser)

    (ask(now) if by_organiser else clock.for_sent_form(ask, now)).or_refuse()


def _release(reservation: Reservation) -> None:
    reservation.released_at = timezone.now()
    reservation.save(update_fields=["released_at"])


def double_refused(table: Table, host: Participant) -> AbstractContextManager[None]:
    """Refuse with the database's word that the table, or the host, is no longer free."""
    refusals: dict[str, Callable[[], Refused]] = {
        "reservation_one_active_per_table": partial(_taken, table, host),
        "reservation_one_active_per_host": partial(_has_another, table, host),
    }
    return violations_refused(refusals)


def _taken(table: Table, host: Participant) -> Refused:
    held = held_by(host)
    if held and held.table_id == table.pk:
        return Refused("yours-already", _("This table is yours already."))
    return Refused("just-taken", _("%(table)s was just taken.") % {"table": table})


def _has_another(table: Table, host: Participant) -> Refused:
    held = held_by(host)
    if held is None or held.table_id == table.pk:
        return _taken(table, host)
    return Refused("has-a-table", has_a_table(held))


def has_a_table(held: Reservation) -> str:
    """Return why whoever holds this table can't have another, and what to do."""
    sentence = _("You hold a table already: %(table)s. Move it or release it first.")
    return sentence % {"table": held.table.where_and_when()}
