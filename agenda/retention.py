"""What the worker puts right at sessions."""

from django.utils import timezone

from agenda.actions import free_places_of
from agenda.models import Session
from registration.models import Participant


def free_lost_places(stopping=lambda: False) -> bool:
    """Free the places of people whom a session no longer admits, since an organiser or a file
    narrowed its access; whether there were any.

    One transaction for each person, who is locked before the session, as everywhere.
    """
    holders = Participant.objects.filter(
        sign_ups__session__access=Session.Access.RESTRICTED,
        sign_ups__session__ends_at__gt=timezone.now(),
    )
    freed = 0
    for holder in holders.select_related("workshop").distinct():
        if stopping():
            break
        freed += free_places_of(participant=holder)
    return freed > 0
