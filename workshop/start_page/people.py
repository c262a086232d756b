"""What waits for the organisers, of the people who register."""

from foundation.series.models import Workshop
from foundation.series.roles import Area
from workshop.start_page.waiting import waiting_at


def waiting_for_organisers(request):
    """What waits for a decision or a look, at each coming workshop whose people the viewer sees."""
    workshops = Workshop.objects.coming().staffed_by(request.user, "view", Area.PEOPLE)
    shown = waiting_at(list(workshops), request.user)
    return ("registration/_panel_waiting.html", {"waiting": shown}) if shown else None
