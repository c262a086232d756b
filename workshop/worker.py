"""Work that no request does: the worker does each app's duties when they are due.

A duty is a function that looks at the database, does what is due and answers whether it did
anything. It is given `stopping`, to be asked between two pieces of work. Each has a thread of its
own, and so a connection of its own to the database: no duty waits for another's.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections, connections

from agenda import retention as agenda_retention
from foundation.mail import deliver
from foundation.mail import retention as mail_retention
from registration import retention
from registration.actions import waiting
from workshop.models import DutyRound
from worldcafe import retention as cafe_retention

logger = logging.getLogger(__name__)

Duty = Callable[[Callable[[], bool]], bool]


def be_seen(stopping: Callable[[], bool]) -> bool:
    """Do nothing, so that a worker whose other duties all last long is known to be alive."""
    return False


# What the worker looks for, and how often; a sign-in code must not wait.
DUTIES: dict[Duty, timedelta] = {
    deliver.deliver_codes: timedelta(seconds=1),
    deliver.deliver_letters: timedelta(seconds=1),
    mail_retention.erase_old_codes: timedelta(hours=1),
    waiting.move_up: timedelta(minutes=1),
    agenda_retention.free_lost_seats: timedelta(minutes=1),
    cafe_retention.release_lost_tables: timedelta(minutes=1),
    retention.erase_sensitive_details: timedelta(hours=1),
    retention.erase_losses: timedelta(hours=1),
    retention.erase_unproved: timedelta(hours=1),
    retention.clear_sessions: timedelta(hours=1),
    be_seen: timedelta(seconds=15),
}

# Duties that several threads do at once: a slow address keeps one of them busy.
THREADS: dict[Duty, int] = {deliver.deliver_codes: 3, deliver.deliver_letters: 4}

LONG = timedelta(minutes=1)  # a connection to the database isn't kept for so long with no use
BLINK = 0.1  # seconds until a worker that was told to stop notices


def work(stopping: Callable[[], bool], *, once: bool = False) -> None:
    """Do every duty whenever it is due, until `stopping` says so; or each `once`, in this thread.

    Returns when what was in hand is finished.
    """
    if once:
        for duty in DUTIES:
            if not stopping():
                do(duty, stopping)
        return
    threads = [
        threading.Thread(target=_repeat, args=(duty, every, stopping), name=duty.__name__)
        for duty, every in DUTIES.items()
        for _n in range(THREADS.get(duty, 1))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _repeat(duty: Duty, every: timedelta, stopping: Callable[[], bool]) -> None:
    while not stopping():
        do(duty, stopping)
        if every >= LONG:
            connections.close_all()
        _sleep(every.total_seconds(), stopping)
    connections.close_all()


def do(duty: Duty, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Do one duty; an error is logged and leaves the others alone, and a new connection to them."""
    close_old_connections()
    try:
        did = bool(duty(stopping))
        DutyRound.objects.note(duty.__name__)
        return did
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
