"""The waiting list as organisers see it: where somebody stands, since when, and their offer."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.offers.actions import position
from registration.models import Participant, WaitingListEntry
from registration.waiting_list import WorkshopPool, entry_of

# Since when somebody stands in line: whoever is not in it comes last.
IN_LINE_SINCE = Subquery(
    WaitingListEntry.objects.open().filter(participant=OuterRef("pk")).values("joined_at")
)


def line_in_words(participant: Participant) -> str:
    """Return their position and since when, or the offer and its end; what became of the last."""
    entry, zone = entry_of(participant), participant.workshop.zone
    if entry is None:
        return _("not in line")
    since = clock.moment(entry.joined_at, zone)
    if entry.is_waiting:
        number = position(pool=WorkshopPool(participant.workshop), participant=participant)
        words = {"number": number, "since": since}
        return _("number %(number)s, since %(since)s") % words
    if entry.is_good_at(timezone.now()):
        words = {"until": entry.offer_until(zone), "since": since}
        return _("a seat is offered until %(until)s; in line since %(since)s") % words
    return _("not in line; last: %(state)s") % {"state": entry.get_state_display()}
