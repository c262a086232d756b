"""What is not kept for ever."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from foundation.mail.models import Message

CODES_KEPT = timedelta(days=30)


def erase_old_codes(stopping: Callable[[], bool] = lambda: False) -> bool:
    """Erase who was sent a sign-in code when, a month later; whether there were any."""
    old = Message.objects.codes().filter(created_at__lt=timezone.now() - CODES_KEPT)
    return old.delete()[0] > 0
