"""What the worker puts right at cafés."""

from collections.abc import Callable

from django.utils import timezone

from agenda.models import Session
from registration.models import Participant
from worldcafe.actions import release_of


def release_lost_tables(stopping: Callable[[], bool] = lambda: False) -> bool:
    """Release the tables of hosts whom a café no longer admits; return whether there were any.

    Needed where a file narrowed a café’s access, or a table was taken at that moment. Each host
    gets a mail, and it is on record.
    """
    hosts = Participant.objects.filter(
        reservations__released_at__isnull=True,
        reservations__table__cafe__session__access=Session.Access.RESTRICTED,
        reservations__table__cafe__session__ends_at__gt=timezone.now(),
    )
    released = 0
    for host in hosts.select_related("workshop").distinct():
        if stopping():
            break
        released += release_of(participant=host)
    return released > 0
