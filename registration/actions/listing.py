"""Putting organisations that participants typed on the workshop's list."""

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.locking import lock_all
from foundation.core.names import name_key
from foundation.core.refusals import Refused
from registration.actions import deciding
from registration.actions.seats import hold_seat
from registration.models import Organisation, Participant
from registration.verifying import refuse_own


@transaction.atomic
def list_organisation(*, participant: Participant, by: User | None) -> Organisation:
    """Put the organisation that `participant` typed on the list, and relate them to it.

    Everybody of the same country who typed the same name, however cased, spaced or encoded, is
    related too. An organisation that is on the list already is taken as it is.

    Raises: own-registration, nothing-typed, organisation-full.
    Locks: the workshop, the participant, then all who typed the same, by key.
    """
    participant = deciding.lock_with_workshop(participant)
    refuse_own(participant, by)
    name = participant.other_organisation.strip()
    if participant.organisation_id or not name:
        sentence = _("%(name)s has typed no organisation that is not on the list.")
        raise Refused("nothing-typed", sentence % {"name": participant})
    here = {"workshop": participant.workshop, "country": participant.country}
    key = name_key(name)
    organisation = Organisation.objects.of_name(name, participant.country.code)
    if organisation is None:
        organisation = Organisation.objects.create(name=name, **here)
    typed = Participant.objects.filter(organisation=None, **here).exclude(other_organisation="")
    same = [each.pk for each in typed if name_key(each.other_organisation) == key]
    for each in lock_all(typed, same):
        each.organisation, each.other_organisation = organisation, ""
        hold_seat(participant=each)
        each.save()
    return organisation
