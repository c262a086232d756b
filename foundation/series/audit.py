"""Reads of sensitive details and exports: who, what, about whom, from where."""

from django.http import HttpRequest

from foundation.core.audit import client_address
from foundation.series.models import AccessRecord, Workshop


def record(request: HttpRequest, workshop: Workshop, what: str, about: object = "") -> None:
    """Put one read of sensitive details, or one export, on record.

    By whom: nobody where the reader isn't signed in. From where: the caller's address.
    """
    AccessRecord.objects.create(
        workshop=workshop,
        user=request.user if request.user.is_authenticated else None,
        what=what[:200],
        about=str(about)[:200],
        address=client_address(request),
    )
