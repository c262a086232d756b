"""How somebody comes to be registered, as the workshop's own page offers it."""

from django.utils import timezone

from foundation.series.requests import WorkshopRequest
from registration.access import participant_of


def registration_link(request: WorkshopRequest) -> dict[str, bool]:
    """Return what the page offers: the form while registration is open, else when it opens.

    Who is registered is shown the way to their own page instead.
    """
    now, workshop = timezone.now(), request.workshop
    return {
        "is_registered": participant_of(request) is not None,
        "is_open": workshop.registration_is_open(now),
        "is_to_open": now < workshop.registration_opens_at,
    }
