"""The messages of a participant, on their page."""

from django.template.loader import render_to_string

from foundation.core import clock
from foundation.mail.fate import fate_of, zone_of
from foundation.mail.models import Message
from registration.models import Participant


def messages_in_words(participant: Participant) -> str:
    """Return the messages about `participant`, each with its fate and a link to its own page."""
    rows = Message.objects.about(participant.public_id).select_related("workshop")
    told = [(each, fate_of(each), clock.moment(each.created_at, zone_of(each))) for each in rows]
    return render_to_string("admin/registration/participant/_messages.html", {"told": told})
