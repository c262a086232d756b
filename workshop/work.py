"""Work that no request does: each app names its duties, the worker does them when they are due.

A duty is a function that looks at the database, does what is due and answers whether it did
anything. It is given `stopping`, to be asked between two pieces of work. `settings.WORKER_DUTIES`
names them with how often they are done, so no app imports another for it.
"""

import logging
import time
import traceback
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two rounds that found nothing to do
BLINK = 0.1  # seconds until a worker that was told to stop notices


def work(stopping: Callable[[], bool], *, once: bool = False) -> None:
    """Do every duty whenever it is due, until `stopping` says so; or each `once`."""
    due = dict.fromkeys(settings.WORKER_DUTIES, 0.0)
    while not stopping():
        busy = False
        for name, every in settings.WORKER_DUTIES.items():
            if stopping() or time.monotonic() < due[name]:
                continue
            busy |= do(name, stopping)
            due[name] = time.monotonic() + every.total_seconds()
        if once:
            return
        if not busy:
            _sleep(PAUSE, stopping)


def do(name: str, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Do one duty; an error is logged and leaves the others alone, and a new connection to them."""
    close_old_connections()
    try:
        return bool(import_string(name)(stopping))
    except Exception as error:
        # Without the error's own words: the database quotes rows in them, and rows hold secrets.
        where = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(
            "%s failed: %s in %s, line %s.",
            name, type(error).__name__, where.filename, where.lineno,
        )  # fmt: skip
        connections.close_all()
        return False


def _sleep(seconds: float, stopping: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stopping() and time.monotonic() < until:
        time.sleep(BLINK)
