"""What is answered when something broke; a database that is busy or away is no fault of ours."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.views import defaults

BUSY = (OperationalError, InterfaceError)  # a lock or statement took too long, or no connection
RETRY_AFTER = 10  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer “busy, try again” where the database is, and else that something went wrong.

    Neither page asks the database. Called while the error is handled.
    """
    if not isinstance(sys.exc_info()[1], BUSY):
        return defaults.server_error(request)
    response = HttpResponse(
        render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_AFTER)}
    )
    add_never_cache_headers(response)
    return response
