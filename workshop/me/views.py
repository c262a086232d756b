"""A participant's own page, and the download of everything that is stored about them."""

import json

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import agenda.data_export
import registration.data_export
import worldcafe.data_export
from foundation.series.audit import record
from foundation.series.requests import WorkshopRequest
from registration.access import participant_of
from registration.models import Participant
from workshop.me.panels import PANELS
from workshop.panels import render_panels


@require_safe
def me(request: WorkshopRequest) -> HttpResponse:
    """Show everything that a participant needs: each app's own part."""
    return render(request, "workshop/me.html", {"panels": render_panels(PANELS, request)})


@require_safe
def data(request: WorkshopRequest) -> HttpResponse:
    """Send everything that is stored about the participant, as a file; on record as an export."""
    participant = participant_of(request)
    if participant is None:
        messages.info(request, _("Nothing is stored about you at this workshop."))
        return redirect("workshop:me", request.workshop.slug)
    record(request, request.workshop, _("Own data downloaded"), participant)
    text = json.dumps(
        stored_about(participant), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2
    )
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{request.workshop.slug}-my-data.json"',
        },
    )


def stored_about(participant: Participant) -> dict[str, object]:
    """Return everything that the site stores about `participant`, in sections by name."""
    return (
        {"workshop": participant.workshop.title}
        | registration.data_export.of(participant)
        | agenda.data_export.of(participant)
        | worldcafe.data_export.of(participant)
    )
