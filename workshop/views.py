"""The list of workshops, one workshop's page, and the health check. All public."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workshop.models import Workshop


@login_not_required
@require_safe
def home(request):
    """The workshops to come, then those past; straight to the only current one."""
    workshops = Workshop.objects.published()
    today = timezone.now().date()
    current = [workshop for workshop in workshops if workshop.ends_on >= today]
    if len(current) == 1:
        return redirect(current[0])
    past = [workshop for workshop in workshops if workshop.ends_on < today]
    return render(request, "workshop/list.html", {"current": current, "past": past})


@login_not_required
@require_safe
def workshop(request):
    """What the workshop is, when, where, who is behind it, what to read, and how to register."""
    shown = request.workshop
    partners = list(shown.partners.prefetch_related("members").filter(member_of=None))
    context = {
        "partners": partners,
        "contacts": shown.contacts.all(),
        "resources": shown.resources.all(),
        "registration_is_open": shown.registration_is_open(),
    }
    return render(request, "workshop/home.html", context)


@login_not_required
@require_safe
def healthz(request):
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
