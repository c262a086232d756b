"""Counting requests: each process adds its own to the database every few seconds."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponseBase

from workshop.models import RequestCount

logger = logging.getLogger(__name__)

ADDED_EVERY = 5.0  # seconds; what a killed process had not added is lost


class Pending:
    """What this process counted and has not added yet; its threads share it."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, int]] = Counter()
        self._add_at = 0.0
        self._lock = threading.Lock()

    def count(self, view: str, status: int) -> None:
        """Count one answer, and add all that is pending where it is time."""
        with self._lock:
            self._counts[view, status] += 1
            is_time = time.monotonic() >= self._add_at
        if is_time:
            self.add()

    def add(self) -> None:
        """Add what is pending to the database; where it is busy or away, later."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._add_at = time.monotonic() + ADDED_EVERY
        try:
            RequestCount.objects.add(counts)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("Requests are counted later (%s).", type(error).__name__)
            with self._lock:
                self._counts += counts


pending = Pending()


class CountRequests:
    """Counts every answer by the name of its address and its status, where that is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        found = request.resolver_match
        pending.count(found.view_name if found else "", response.status_code)
        return response
