"""What else must happen when somebody is no longer admitted."""

from django.conf import settings
from django.utils.module_loading import import_string

from registration.models import Participant


def admission_lost(*, participant: Participant) -> None:
    """Free what `participant` held by an admission that is gone: places, tables.

    Call it inside the transaction that took the admission, with the participant as just saved.
    `settings.WHEN_ADMISSION_IS_LOST` names who frees what, in the order in which they lock.
    """
    for name in settings.WHEN_ADMISSION_IS_LOST:
        import_string(name)(participant=participant)
