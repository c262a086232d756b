"""What is answered when something broke; a database or cache that is away is no fault of ours."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.views import defaults
from redis.exceptions import ConnectionError as CacheIsAway
from redis.exceptions import TimeoutError as CacheIsLate

# A lock or statement took too long, or there is no connection.
BUSY = (OperationalError, InterfaceError, CacheIsAway, CacheIsLate)
RETRY_AFTER = 10  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer “busy, try again” where database or cache is, and else that something went wrong.

    Neither page asks the database. Called while the error is handled.
    """
    if not isinstance(sys.exc_info()[1], BUSY):
        return defaults.server_error(request)
    response = HttpResponse(
        render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_AFTER)}
    )
    add_never_cache_headers(response)
    return response
