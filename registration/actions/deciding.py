"""Moves of a registration that organisers decide; cancelling is the participant's, too."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registration import mail
from registration.actions.admission import admission_lost
from registration.models import Participant, Status, User
from workshop.refusals import Refused


@transaction.atomic
def cancel(*, participant: Participant, by: User) -> None:
    """Cancel a registration, whatever its status, and free what it held.

    Locks the participant. Refused: already-cancelled.
    """
    participant = (
        Participant.objects.select_related("workshop", "user")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=participant.pk)
    )
    if participant.status == Status.CANCELLED:
        raise Refused("already-cancelled", _("This registration is cancelled already."))
    participant.status = Status.CANCELLED
    participant.status_at = timezone.now()
    participant.status_by = by
    participant.save()
    admission_lost(participant=participant)
    again = reverse("registration:register", args=[participant.workshop.slug])
    mail.send(
        workshop=participant.workshop,
        to=participant.user.email,
        kind="cancelled",
        context={"register_url": f"{settings.SITE_URL}{again}"},
        participant=participant,
    )
