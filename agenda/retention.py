"""What the worker puts right at sessions."""

from collections.abc import Callable

from django.utils import timezone

from agenda.actions import free_seats_of
from agenda.models import Session
from registration.models import Participant


def free_lost_seats(stopping: Callable[[], bool] = lambda: False) -> bool:
    """Free the seats of people whom a session no longer admits, and return whether there were any.

    Needed where a file narrowed a session's access, or where somebody signed up at that moment. One
    transaction for each person, who is told, and of whom it is on record.
    """
    holders = Participant.objects.filter(
        sign_ups__session__access=Session.Access.RESTRICTED,
        sign_ups__session__ends_at__gt=timezone.now(),
    )
    freed = 0
    for holder in holders.select_related("workshop").distinct():
        if stopping():
            break
        freed += free_seats_of(participant=holder)
    return freed > 0
