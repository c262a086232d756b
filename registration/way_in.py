"""How somebody comes to be registered, as the workshop's own page offers it."""

from django.utils import timezone

from registration.viewers import participant_of


def way_in(request):
    """The button to the form while registration is open; else when it opens, or that it is closed.

    Who is registered is shown the way to their own page instead.
    """
    now, workshop = timezone.now(), request.workshop
    context = {
        "is_registered": participant_of(request) is not None,
        "is_open": workshop.registration_is_open(now),
        "is_to_open": now < workshop.registration_opens_at,
    }
    return "registration/_way_in.html", context
