"""Organisations that participants typed, and that look like one of the list."""

from django.utils.translation import gettext as _

from foundation.core.names import look_of
from registration.models import Organisation, Participant


def look_alikes(participant: Participant) -> list[Organisation]:
    """Return the listed organisations for which a reader would take the one that was typed.

    It is an organiser who decides whether it is one of them; seats are counted by it.
    """
    typed = participant.other_organisation
    if participant.organisation_id or not typed:
        return []
    listed = participant.workshop.organisations.all()
    return [each for each in listed if look_of(each.name) == look_of(typed)]


def look_alikes_in_words(participant: Participant) -> str:
    """Return a sentence that names them, or nothing."""
    alike = [f"{each.name} ({each.country.name})" for each in look_alikes(participant)]
    if not alike:
        return ""
    return _("Looks like %(listed)s, which is on the list.") % {"listed": ", ".join(alike)}
