"""What a participant told and agreed to, in words on the organisers' screen."""

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core import clock
from registration.models import Participant


@admin.display(description=gettext_lazy("days attending"))
def days(participant: Participant) -> str:
    named = [date_format(each.on, "D j F") for each in participant.attendances.all()]
    return ", ".join(named) or _("none named")


@admin.display(description=gettext_lazy("agreed to"))
def consents(participant: Participant) -> str:
    given = [
        _("%(what)s (%(digest)s), %(at)s")
        % {
            "what": each.version.get_kind_display(),
            "digest": each.version.digest[:8],
            "at": clock.moment(each.given_at, participant.workshop.zone),
        }
        for each in participant.consents.select_related("version")
    ]
    return "; ".join(given) or _("nothing yet")
