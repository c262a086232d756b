"""Work that no request does: the worker does each app's duties when they are due.

A duty is a function that looks at the database, does what is due and answers whether it did
anything. It is given `stopping`, to be asked between two pieces of work.
"""

import logging
import time
import traceback
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections, connections

from agenda import retention as agenda_retention
from foundation.mail import outbox
from registration import retention
from registration.actions import waiting
from worldcafe import retention as cafe_retention

logger = logging.getLogger(__name__)

Duty = Callable[[Callable[[], bool]], bool]

# What the worker looks for, and how often; a sign-in code must not wait.
DUTIES: dict[Duty, timedelta] = {
    outbox.deliver: timedelta(seconds=1),
    outbox.scrub_delivered: timedelta(minutes=10),
    waiting.move_up: timedelta(minutes=1),
    agenda_retention.free_lost_seats: timedelta(minutes=1),
    cafe_retention.release_lost_tables: timedelta(minutes=1),
    retention.erase_sensitive_details: timedelta(hours=1),
    retention.erase_unproved: timedelta(hours=1),
    retention.clear_sessions: timedelta(hours=1),
}

PAUSE = 1.0  # seconds between two rounds that found nothing to do
BLINK = 0.1  # seconds until a worker that was told to stop notices


def work(stopping: Callable[[], bool], *, once: bool = False) -> None:
    """Do every duty whenever it is due, until `stopping` says so; or each `once`."""
    due = dict.fromkeys(DUTIES, 0.0)
    while not stopping():
        busy = False
        for duty, every in DUTIES.items():
            if stopping() or time.monotonic() < due[duty]:
                continue
            busy |= do(duty, stopping)
            due[duty] = time.monotonic() + every.total_seconds()
        if once:
            return
        if not busy:
            _sleep(PAUSE, stopping)


def do(duty: Duty, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Do one duty; an error is logged and leaves the others alone, and a new connection to them."""
    close_old_connections()
    try:
        return bool(duty(stopping))
    except Exception as error:
        # Without the error's own words: the database quotes rows in them, and rows hold secrets.
        where = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(
            "%s failed: %s in %s, line %s.",
            f"{duty.__module__}.{duty.__name__}",
            type(error).__name__,
            where.filename,
            where.lineno,
        )
        connections.close_all()
        return False


def _sleep(seconds: float, stopping: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stopping() and time.monotonic() < until:
        time.sleep(BLINK)
