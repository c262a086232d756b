"""World Cafés move along with their workshop: when tables can be reserved, and who holds one."""

from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.messages import Letters
from foundation.core.clock import Move
from foundation.core.history import record_changes
from foundation.core.locking import lock_all
from foundation.series.models import Workshop
from registration.actions.losing import record_losses
from registration.models import Loss
from worldcafe.actions import table_in_words
from worldcafe.models import Cafe, Reservation


def move_cafes(*, workshop: Workshop, move: Move, why: str, letters: Letters) -> None:
    """Move when tables can be reserved, and tell each host of a café still to come when it is now.

    What has opened or closed already stays on its day. The sessions were moved, and are locked.

    Locks: the cafés.
    """
    now, cafes = timezone.now(), lock_all(Cafe.objects.filter(session__workshop=workshop))
    for cafe in cafes:
        cafe.reservations_open_at, cafe.reservations_close_at = move.span(
            cafe.reservations_open_at, cafe.reservations_close_at, now
        )
    Cafe.objects.bulk_update(cafes, ["reservations_open_at", "reservations_close_at"])
    record_changes(cafes, why)
    held = Reservation.objects.active().filter(
        table__cafe__in=cafes, table__cafe__session__ends_at__gt=now
    )
    held = held.select_related(
        "table__cafe__session__workshop", "host__workshop", "host__user", "host__contact"
    )
    losses = []
    for each in held.order_by("table__cafe__session__starts_at", "pk"):
        moved = table_in_words(each.table)
        losses.append(Loss(participant=each.host, kind=Loss.Kind.MOVED, what=moved, ref=each.pk))
        letters.tell(
            each.host, _("Your table moved with its session: %(table)s.") % {"table": moved}
        )
    record_losses(losses)
