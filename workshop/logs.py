"""Logs without secrets: no token, no e-mail address, no row of the database.

Every line has its time, level, request and the key of the user who sent it, where there is one.
"""

import logging
import re
import traceback
from contextvars import ContextVar
from copy import copy
from types import TracebackType

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http.multipartparser import MultiPartParserError
from psycopg2 import Error as DriverError
from redis.exceptions import ConnectionError as CacheIsAway
from redis.exceptions import TimeoutError as CacheIsLate

LINE = "%(asctime)s %(levelname)s [%(request_id)s user %(user)s] %(name)s: %(message)s"
NOBODY = "-"

request_id: ContextVar[str] = ContextVar("request_id", default=NOBODY)
user_key: ContextVar[str] = ContextVar("user_key", default=NOBODY)

CARRIERS = r"/register/(?:verify/|own-address/)?|/confirm-email/|/password/reset/key/|/agenda/feed/"
TOKEN = re.compile(rf"({CARRIERS})[^/\s?\"']+")
MAIL_ADDRESS = re.compile(r"[^\s<>\"'(),:;=]+(?:@|%40)[^\s<>\"'(),:;]+")
QUOTED_VALUE = re.compile(r": \".*$")  # what could not be read, as PostgreSQL tells it

# One line each: a database or cache that is busy or away, and what was refused as odd.
NO_FAULT_OF_OURS = (
    OperationalError,
    InterfaceError,
    CacheIsAway,
    CacheIsLate,
    BadRequest,
    MultiPartParserError,
    PermissionDenied,
    SuspiciousOperation,
)

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class WithoutSecrets(logging.Formatter):
    """Every record as usual, its traceback included, without what nobody should read in a log."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy(record)
        record.request_id, record.user = request_id.get(), user_key.get()
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, NO_FAULT_OF_OURS):
            record.msg, record.args = f"{record.getMessage()} ({_name_of(error)})", ()
            record.exc_info = record.exc_text = None
        return MAIL_ADDRESS.sub("…@…", TOKEN.sub(r"\1…", super().format(record)))

    def formatException(self, ei: ExceptionInfo) -> str:
        """Return where it happened and what."""
        error = ei[1]
        told: list[str] = []
        while error is not None:
            told.insert(0, "".join(traceback.format_tb(error.__traceback__)) + _name_of(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(told)


def _name_of(error: BaseException) -> str:
    """The error in words; a database's without the row, which it tells from the second line on."""
    words = str(error)
    if isinstance(error, DatabaseError | InterfaceError | DriverError):
        words = QUOTED_VALUE.sub(": …", words.partition("\n")[0])
    return f"{type(error).__name__}: {words}"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"console": {"()": WithoutSecrets, "fmt": LINE}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "console"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
