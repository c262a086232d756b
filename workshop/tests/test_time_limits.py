"""Nobody waits for ever: not for a lock, not for a database that is away."""

import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from foundation.core.locking import lock, take_turn
from foundation.mail import deliver
from foundation.mail.models import Message, State
from foundation.mail.tests.factories import CodeFactory
from foundation.series.models import Workshop
from registration.tests.factories import ParticipantFactory
from workshop import worker
from workshop.tests.processes import manage
from worldcafe.models import Table
from worldcafe.tests.factories import TableFactory

pytestmark = pytest.mark.django_db(transaction=True)

SERVER_THREADS = 4  # of one process, see deploy/gunicorn.conf.py
PRESSES = 16
PRACTICE = {"practice": "Puppets", "country": "KH", "summary": "We played."}


@pytest.fixture(autouse=True)
def fresh_connections():
    """Threads of a test connect anew, with its limits."""
    yield
    connections["default"].close()


@pytest.fixture
def limit(monkeypatch):
    """Give the connections made from now on these limits alone."""

    def limit(**limits):
        options = " ".join(f"-c {name}={value}" for name, value in limits.items())
        monkeypatch.setitem(connections.databases["default"], "OPTIONS", {"options": options})

    return limit


@contextmanager
def forgotten(act):
    """A transaction in another thread that did `act` and goes on for as long as the test."""
    begun, over = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                act()
                begun.set()
                over.wait(60)
                transaction.set_rollback(True)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(10)
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_limits_hold_in_every_process_of_the_site():
    said = "from django.db import connection as c\nwith c.cursor() as k:\n"
    said += "    for n in settings.DATABASE_LIMITS: k.execute('SHOW ' + n); print(k.fetchone()[0])"

    shell = manage("shell", "--no-imports", "-c", f"from django.conf import settings\n{said}")
    out, errors = shell.communicate(timeout=60)

    assert errors == ""
    assert out.split() == ["4s", "20s", "1min"]


def test_limits_of_the_role_are_the_same(settings):
    script = (settings.BASE_DIR / "deploy/database.sql").read_text()

    found = re.findall(r"ALTER ROLE workshop SET (\w+) = '(\w+)'", script)

    limits = {name: value for name, value in found if name.endswith("_timeout")}
    assert limits == settings.DATABASE_LIMITS


def test_forgotten_transaction_stops_neither_pages_nor_codes(limit):
    limit(lock_timeout="500ms")
    table = TableFactory()
    hosts = ParticipantFactory.create_batch(PRESSES, workshop=table.cafe.workshop)
    code = CodeFactory()
    address = f"{table.get_absolute_url()}reserve/"

    def press(host):
        try:
            client = Client(raise_request_exception=False)
            client.force_login(host.user)
            return client.post(address, PRACTICE)
        finally:
            connections.close_all()

    def open_home(_n):
        try:
            # A client that raises would raise what another thread's request came to.
            client = Client(raise_request_exception=False)
            return client.get(reverse("home"), follow=True).status_code
        finally:
            connections.close_all()

    with (
        forgotten(lambda: lock(Table.objects.all(), table.pk)),
        ThreadPoolExecutor(SERVER_THREADS) as server,
    ):
        presses = [server.submit(press, host) for host in hosts]
        worker.do(deliver.deliver_codes)
        delivered = Message.objects.get(pk=code.pk).state
        home = server.submit(open_home, 0).result(timeout=30)
        answers = [each.result(timeout=30) for each in presses]

    assert delivered == State.DELIVERED
    assert home == 200
    assert {answer.status_code for answer in answers} == {503}
    assert {answer["Retry-After"] for answer in answers} == {"10"}
    assert "try again" in answers[0].content.decode()


def test_forgotten_transaction_stops_them_where_there_is_no_limit(limit):
    limit(lock_timeout="0")
    row = TableFactory()

    def take():
        try:
            with transaction.atomic():
                lock(Table.objects.all(), row.pk)
        finally:
            connections.close_all()

    with forgotten(lambda: lock(Table.objects.all(), row.pk)):
        waiting = threading.Thread(target=take)
        waiting.start()
        waiting.join(2)
        still_waits = waiting.is_alive()
    waiting.join()

    assert still_waits


def test_process_that_stands_still_while_it_claims_holds_up_codes_for_seconds(limit):
    limit(lock_timeout="10s")
    code = CodeFactory()
    began = time.monotonic()

    def stand_still():
        take_turn("claim a message")

    with forgotten(stand_still):
        delivered = in_a_thread(deliver.deliver_codes)

    assert delivered
    assert time.monotonic() - began < 10
    assert Message.objects.get(pk=code.pk).state == State.DELIVERED


def in_a_thread(act):
    """What `act` returns, done on a connection made for it."""

    def run():
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as one:
        return one.submit(run).result(timeout=60)


@pytest.mark.parametrize("address", ["/", "/admin/", "/accounts/login/"])
def test_database_that_is_away_is_told_as_such(address, away):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32

    response = in_a_thread(lambda: client.get(address))

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "try again" in response.content.decode()


def test_process_is_alive_while_the_database_is_away(away):
    answers = in_a_thread(
        lambda: [
            Client(raise_request_exception=False).get(each) for each in ("/healthz", "/readyz")
        ]
    )

    assert [answer.status_code for answer in answers] == [200, 503]
    assert answers[1].content == b"database: does not answer\n"


@pytest.fixture
def away(monkeypatch):
    """Connections made from now on find no server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = {"HOST": "127.0.0.1", "PORT": str(free.getsockname()[1])}
    for key, value in nobody.items():
        monkeypatch.setitem(connections.databases["default"], key, value)
    monkeypatch.setitem(connections.databases["default"], "ENGINE", "django.db.backends.postgresql")


def test_statement_that_takes_too_long_is_told_as_such(limit, monkeypatch):
    limit(statement_timeout="200ms")

    def slow(*_args):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")

    monkeypatch.setattr(Workshop.objects, "published", slow)
    client = Client(raise_request_exception=False)

    assert in_a_thread(lambda: client.get(reverse("home"))).status_code == 503
