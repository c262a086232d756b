"""What follows when somebody is no longer admitted to what they were."""

from django.conf import settings
from django.utils.module_loading import import_string

from registration.models import Participant


def admission_lost(*, participant: Participant) -> None:
    """Free what `participant` may no longer hold. Call it in the transaction of the change.

    `settings.WHEN_ADMISSION_IS_LOST` names who frees what, each `f(*, participant)`; they look at
    the participant's status and capacities as they are now.
    """
    for name in settings.WHEN_ADMISSION_IS_LOST:
        import_string(name)(participant=participant)
