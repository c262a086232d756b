"""What is not kept for ever."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registration.models import SensitiveDetails
from workshop.models import AccessRecord, Workshop


def erase_sensitive_details(stopping=lambda: False) -> bool:
    """Erase dietary, access and other sensitive answers past their keeping; whether any were.

    They are kept SENSITIVE_DETAILS_KEPT_DAYS days after the last day of their workshop. How many
    were erased is on record beside the reads.
    """
    last_kept = timezone.now().date() - timedelta(days=settings.SENSITIVE_DETAILS_KEPT_DAYS)
    over = Workshop.objects.filter(
        ends_on__lt=last_kept, participants__sensitive_details__isnull=False
    ).distinct()
    erased = [workshop for workshop in over if not stopping() and _erase(workshop)]
    return bool(erased)


@transaction.atomic
def _erase(workshop: Workshop) -> int:
    count, _by_model = SensitiveDetails.objects.filter(participant__workshop=workshop).delete()
    if count:
        AccessRecord.objects.create(
            workshop=workshop,
            what=_("Sensitive details erased: their time was over"),
            about=_("participants: %(count)d") % {"count": count},
        )
    return count
