"""Each page once by hand, to know that it is the right one, and then under load."""

from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from tools.bench import load, server
from tools.bench.load import CSRF_SECRET, PRACTICE
from tools.bench.table import Row, per_request
from tools.bench.world import World
from worldcafe.models import Reservation


@dataclass(frozen=True)
class Bench:
    """Where a row is measured: the server, the database's first process, how long."""

    server: server.Server
    database: int | None
    seconds: float

    def under_load(self, name: str, drive, **more) -> Row:
        """Drive the load, and split the processor time that it took."""
        before = self._spent()
        run = drive()
        workers, database = (
            per_request(*pair, run.requests) for pair in zip(before, self._spent(), strict=True)
        )
        trouble = [f"{count} × {status}" for status, count in sorted(run.unexpected.items())]
        trouble += more.pop("trouble", lambda run: [])(run)
        if not run.requests:
            trouble.append("no request was answered")
        return Row(name=name, run=run, workers=workers, database=database, trouble=trouble, **more)

    def _spent(self):
        return server.seconds_of(self.server.process), server.seconds_of(self.database)


def page(bench: Bench, name: str, path: str | None, cookie: str = "", **more) -> Row:
    """A page that is got. path: None where the site has no such address yet."""
    if path is None:
        return Row(name=name, is_missing=True)
    answer = server.ask(bench.server, path, cookie)
    if answer.status != 200:
        return Row(name=name, trouble=[f"{path} answers {answer.status}, not 200"])
    more |= {"size": answer.size, "sent": answer.sent}
    url = f"{bench.server.origin}{path}"
    return bench.under_load(name, lambda: load.get(url, bench.seconds, cookie), **more)


def reservation(bench: Bench, world: World, name: str, **more) -> Row:
    """Tables reserved and released by hosts of their own; each is a request."""
    verbs = ("worldcafe:reserve", "worldcafe:release")
    hosts = [
        (cookie, *(address(verb, world, table) for verb in verbs)) for cookie, table in world.hosts
    ]
    if any(None in host for host in hosts):
        return Row(name=name, is_missing=True)
    answers, queries = _one_reservation(*hosts[0])
    if answers != [302, 302]:
        return Row(name=name, trouble=[f"reserving and releasing answer {answers}, not with a 302"])
    before = Reservation.objects.count()

    def trouble(run) -> list[str]:
        made = Reservation.objects.count() - before
        # The last of each host may be under way when the time is over.
        short = made < run.requests // 2 - len(hosts)
        return [f"only {made} tables reserved by {run.requests} requests"] if short else []

    return bench.under_load(
        name,
        lambda: load.reserve(bench.server.origin, bench.seconds, hosts),
        trouble=trouble,
        queries=queries,
        **more,
    )


def address(name: str, world: World, table=None) -> str | None:
    """The path of a URL name, or None where the site doesn't have it yet."""
    place = [table.cafe.session.slug, table.number] if table else []
    try:
        return reverse(name, args=[world.workshop.slug, *place])
    except NoReverseMatch:
        return None


def queries_of(path: str | None, cookie: str = "") -> int | None:
    """How many queries a page makes, counted in this very process."""
    if path is None:
        return None
    with CaptureQueriesContext(
        connection,
    ) as captured:
        _client(cookie).get(path)
    return len(captured)


def _one_reservation(cookie: str, reserve: str, release: str) -> tuple[list[int], int]:
    """What reserving and releasing answer, and the queries of reserving, which is the dearer."""
    client = _client(cookie)
    client.cookies["csrftoken"] = CSRF_SECRET
    token = {"X-CSRFToken": CSRF_SECRET}
    with CaptureQueriesContext(connection) as captured:
        reserved = client.post(reserve, PRACTICE, headers=token)
    queries = len(captured)  # before the next request begins its own count
    released = client.post(release, headers=token)
    return [reserved.status_code, released.status_code], queries


def _client(cookie: str) -> Client:
    client = Client(
        enforce_csrf_checks=True, raise_request_exception=False, headers={"host": "127.0.0.1"}
    )
    if cookie:
        client.cookies["sessionid"] = cookie
    return client
