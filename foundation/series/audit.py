"""Reads of sensitive details and exports: who, what, about whom, from where."""

from django.http import HttpRequest

from foundation.core.audit import client_address
from foundation.series.models import AccessRecord, Workshop


def record(request: HttpRequest, workshop: Workshop, what: str, about: object = "") -> None:
    """Put one read of sensitive details, or one export, on record."""
    AccessRecord.objects.create(
        workshop=workshop,
        user=request.user,
        what=what[:200],
        about=str(about)[:200],
        address=client_address(request),
    )
