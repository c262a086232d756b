"""What was taken from a participant, or moved, as their page tells it."""

from django.template.loader import render_to_string

from foundation.core import clock
from registration.models import Participant


def losses_in_words(participant: Participant) -> str:
    """Return what was taken or moved, when and by whom, and whether it came back."""
    zone = participant.workshop.zone
    rows = participant.losses.select_related("by")
    told = [(each, clock.moment(each.at, zone)) for each in rows]
    return render_to_string("admin/registration/participant/_losses.html", {"told": told})
