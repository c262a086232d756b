"""The worker's round: every duty its turn, whatever becomes of the others."""

import logging
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection

from workshop import worker as work
from workshop.tests.processes import manage

DONE = []


def good(stopping):
    DONE.append("good")


def bad(stopping):
    DONE.append("bad")
    raise ValueError("the code is 123-456")


def hangs_up(stopping):
    connection.close()
    connection.ensure_connection()
    connection.connection.close()  # as a server that went away would leave it
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def asks_database(stopping):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        DONE.append(cursor.fetchone()[0])


@pytest.fixture
def duties(monkeypatch):
    DONE.clear()

    def choose(*duties, every=timedelta(0)):
        monkeypatch.setattr(work, "DUTIES", dict.fromkeys(duties, every))

    return choose


@pytest.mark.django_db
def test_duty_that_fails_leaves_the_others_alone_and_its_words_out_of_the_log(
    duties, caplog, monkeypatch
):
    monkeypatch.setattr(work.connections, "close_all", lambda: None)  # the test's transaction
    duties(bad, good)

    with caplog.at_level(logging.DEBUG):
        work.work(lambda: False, once=True)

    assert DONE == ["bad", "good"]
    assert "ValueError" in caplog.text
    assert "123-456" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_lost_connection_is_replaced_for_the_next_duty(duties):
    duties(hangs_up, asks_database)

    work.work(lambda: False, once=True)

    assert DONE == [1]


@pytest.mark.django_db(transaction=True)
def test_duty_waits_for_its_interval(duties):
    duties(good, every=timedelta(hours=1))
    began = time.monotonic()

    work.work(lambda: time.monotonic() > began + 0.5)

    assert DONE == ["good"]


@pytest.mark.django_db(transaction=True)
def test_duty_waits_for_no_other(duties):
    held = threading.Event()
    duties(lambda stopping: held.wait(20), good)

    work.work(lambda: "good" in DONE and not held.set())

    assert DONE == ["good"]


@pytest.mark.django_db(transaction=True)
def test_delivering_is_done_by_several_threads(duties, monkeypatch):
    together = threading.Barrier(3)

    def meets(stopping):
        if not DONE:
            together.wait(timeout=20)
            DONE.append("met")

    duties(meets)
    monkeypatch.setattr(work, "THREADS", {meets: 3})

    work.work(lambda: bool(DONE))

    assert DONE == ["met"] * 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.django_db(transaction=True)
def test_worker_ends_cleanly_when_told_to(number):
    worker = manage("worker")
    said = worker.stdout.readline()

    worker.send_signal(number)
    _out, errors = worker.communicate(timeout=60)

    assert said == "The worker runs.\n"
    assert worker.returncode == 0
    assert errors == ""
