"""What registration shows on `me/` and on the organisers' start page."""

from django.conf import settings
from django.utils import timezone

from registration.actions.registering import MAY_CHANGE, MAY_REGISTER
from registration.models import SensitiveDetails, Status
from registration.standing import STANDINGS
from registration.viewers import participant_of
from registration.waiting import waiting_at
from workshop.models import Workshop
from workshop.roles import Area, workshop_ids
from workshop.texts import to_html


def my_registration(request):
    """Status and what comes next, and what the participant told; or the way to register."""
    participant = participant_of(request)
    context = {
        "participant": participant,
        "registration_is_open": request.workshop.registration_is_open(),
    }
    if participant is not None:
        context |= {
            "standing": STANDINGS[participant.status],
            "capacities": participant.capacities.select_related("affiliation"),
            "days": [attendance.on for attendance in participant.attendances.all()],
            "sensitive": SensitiveDetails.objects.filter(participant=participant).first(),
            "practical": to_html(request.workshop.practical) if participant.is_confirmed else "",
            "may_register": participant.status in MAY_REGISTER,
            "may_change": participant.status in MAY_CHANGE,
            "may_cancel": participant.status != Status.CANCELLED,
        }
    return "registration/_panel_my_registration.html", context


def my_data(request):
    """The way to everything that is stored about the participant."""
    if participant_of(request) is None:
        return None
    context = {"kept_days": settings.SENSITIVE_DETAILS_KEPT_DAYS}
    return "registration/_panel_my_data.html", context


def waiting_for_organisers(request):
    """What waits for a decision or a look, at each coming workshop whose people the viewer sees."""
    workshops = Workshop.objects.filter(ends_on__gte=timezone.now().date())
    if not request.user.is_superuser:
        workshops = workshops.filter(pk__in=workshop_ids(request.user, "view", Area.PEOPLE))
    shown = waiting_at(list(workshops))
    return ("registration/_panel_waiting.html", {"waiting": shown}) if shown else None
