"""What waits for the organisers, of the people who register."""

from django.http import HttpRequest

from foundation.series.models import Workshop
from foundation.series.roles import Area
from workshop.start_page.waiting import waiting_at


def waiting_for_organisers(request: HttpRequest) -> tuple[str, dict[str, object]] | None:
    """Return what waits at each coming workshop whose people the viewer may see."""
    workshops = Workshop.objects.coming().staffed_by(request.user, "view", Area.PEOPLE)
    shown = waiting_at(list(workshops), request.user)
    return ("registration/_panel_waiting.html", {"waiting": shown}) if shown else None
