"""Each page once by hand, to know that it is the right one, and then under load."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from tools.bench import load, server
from tools.bench.load import CONNECTIONS, Request, Run
from tools.bench.table import Row, per_request

# A busy machine answers nothing in a second or two: it is given more time before that is a fault.
LONGER = (1, 5, 25)


@dataclass(frozen=True)
class Made:
    """The rows that a load is to make in the database: one in so many requests."""

    rows: QuerySet[Any]
    requests: int = 1

    def trouble(self, before: int, run: Run) -> list[str]:
        """Return what is missing since there were `before`, but for the requests under way."""
        made = self.rows.count() - before
        if made >= run.requests // self.requests - CONNECTIONS:
            return []
        return [f"{run.requests} requests made only {made} rows of {self.rows.model.__name__}"]


@dataclass(frozen=True)
class Bench:
    """Where a row is measured: the server, the database's first process, how long."""

    server: server.Server
    database: int | None
    seconds: float

    def under_load(
        self, name: str, drive: Callable[[float], Run], made: Made | None = None, **more: Any
    ) -> Row:
        """Drive the load, and split the processor time that it took."""
        rows = made.rows.count() if made else 0
        for times in LONGER:
            before = self._spent()
            run = drive(times * self.seconds)
            if run.requests:
                break
        workers, database = (
            per_request(*pair, run.requests) for pair in zip(before, self._spent(), strict=True)
        )
        trouble = [f"{count} × {status}" for status, count in sorted(run.unexpected.items())]
        trouble += made.trouble(rows, run) if made else []
        trouble += [] if run.requests else ["no request was answered"]
        return Row(name=name, run=run, workers=workers, database=database, trouble=trouble, **more)

    def _spent(self) -> tuple[float | None, float | None]:
        return server.seconds_of(self.server.process), server.seconds_of(self.database)


def page(bench: Bench, name: str, request: Request | None, **more: Any) -> Row:
    """Measure a page got or a form sent. request: None where the site has no address."""
    if request is None:
        return Row(name=name, is_missing=True)
    answer = server.ask(bench.server, request)
    if answer.status != request.right:
        sentence = f"{request.path} answers {answer.status}, not {request.right}"
        return Row(name=name, trouble=[sentence])
    drive = partial(load.drive, bench.server.origin, request)
    return bench.under_load(name, drive, size=answer.size, sent=answer.sent, **more)


def reservation(
    bench: Bench, name: str, hosts: list[tuple[Request | None, Request | None]], **more: Any
) -> Row:
    """Measure tables reserved and released by hosts of their own; each is a request.

    Its queries are those of reserving, which is the dearer.
    """
    known = [(reserve, release) for reserve, release in hosts if reserve and release]
    if not known:
        return Row(name=name, is_missing=True)
    (reserved, queries), (released, _queries) = map(here, known[0])
    if [reserved, released] != [request.right for request in known[0]]:
        sentence = f"reserving answers {reserved} and releasing {released}, not both with a 302"
        return Row(name=name, trouble=[sentence])
    drive = partial(load.reserve, bench.server.origin, known)
    return bench.under_load(name, drive, queries=queries, **more)


def to(name: str, *place: str | int, **more: Any) -> Request | None:
    """Return the request for a URL name, or None where the site has no such address."""
    try:
        return Request(reverse(name, args=place), **more)
    except NoReverseMatch:
        return None


def here(request: Request) -> tuple[int, int]:
    """Return what a page answers in this very process, and how many queries it makes."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    headers = server.headers_of(request) | {"Host": "127.0.0.1"}
    with CaptureQueriesContext(connection) as captured:
        answer = client.generic(
            request.method, request.path, request.typed("here"), headers=headers
        )
        return answer.status_code, len(captured)
