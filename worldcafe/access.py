"""Who may hold a table, and when: what a café adds to its session's own rule."""

from datetime import datetime

from django.utils.translation import gettext as _

from agenda.access import decide
from foundation.core import clock
from registration.access import YES, Decision, Viewer
from registration.models import Participant
from worldcafe.models import Cafe, Reservation, Table, TableQuerySet


def may_reserve(
    cafe: Cafe, participant: Participant | None, at: datetime, *, by_organiser: bool = False
) -> Decision:
    """Return whether `participant` may hold a table of `cafe`; if one is free is another question.

    Asked by the form, the page and the action.

    Codes: those of `window_of`, then those of `agenda.access.decide`.
    """
    window = window_of(cafe, at, by_organiser=by_organiser)
    return decide(cafe.session, participant, at) if window else window


def window_of(cafe: Cafe, at: datetime, *, by_organiser: bool = False) -> Decision:
    """Return whether tables of `cafe` can be reserved and moved at that moment.

    by_organiser: an organiser does it for the host, who may also before reservations open and
    after they close, until the café is over.

    Codes: cancelled, over, not-open-yet, closed.
    """
    ahead = not_over(cafe, at)
    if not ahead or by_organiser:
        return ahead
    if at < cafe.reservations_open_at:
        when = {"when": in_words(cafe, cafe.reservations_open_at)}
        return Decision("not-open-yet", _("Reservations open on %(when)s.") % when)
    if not cafe.reservations_are_open(at):
        when = {"when": in_words(cafe, cafe.reservations_close_at)}
        return Decision("closed", _("Reservations closed on %(when)s.") % when)
    return YES


def not_over(cafe: Cafe, at: datetime) -> Decision:
    """Return whether the café is still to end: so long a host may change the text, or release.

    Codes: cancelled, over.
    """
    if cafe.session.cancelled_at:
        return Decision("cancelled", _("This World Café is cancelled."))
    if cafe.session.ends_at <= at:
        return Decision("over", _("This World Café is over."))
    return YES


def in_words(cafe: Cafe, at: datetime) -> str:
    """Return a moment by the café's workshop's clock."""
    return clock.moment(at, cafe.session.workshop.zone)


def held_by(participant: Participant | None) -> Reservation | None:
    """Return the participant's own table, if they hold one."""
    if participant is None:
        return None
    rows = Reservation.objects.active().filter(host=participant)
    return rows.select_related("table__cafe__session__workshop").first()


def free_tables_for(participant: Participant, at: datetime) -> TableQuerySet:
    """Return the free tables that `participant` could reserve or move to, in all cafés now open."""
    if not participant.is_confirmed:
        return Table.objects.none()
    cafes = Cafe.objects.visible_to(Viewer.of_participant(participant)).open_at(at)
    return (
        Table.objects.free()
        .filter(cafe__in=cafes)
        .select_related("cafe__session__workshop")
        .order_by("cafe__session__starts_at", "cafe", "number")
    )
