"""What machines that watch the site are told, and nobody else."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone

from foundation.mail.models import LATE, State
from foundation.mail.tests.factories import CodeFactory, MessageFactory
from workshop import health, metrics, worker
from workshop.models import ALIVE, DutyRound, RequestCount

pytestmark = pytest.mark.django_db

TOKEN = {"Authorization": "Bearer watcher"}


@pytest.fixture
def alive():
    return DutyRound.objects.create(duty="be_seen", seen_at=timezone.now())


class TestReady:
    def test_site_with_database_worker_and_mail_is_ready(self, client, alive):
        MessageFactory(next_try_at=timezone.now() - LATE + timedelta(seconds=20))

        response = client.get("/readyz")

        assert (response.status_code, response.content) == (200, b"ok\n")

    def test_worker_not_seen_for_a_minute_is_told(self, client, alive):
        alive.seen_at -= ALIVE
        alive.save()

        response = client.get("/readyz")

        assert response.status_code == 503
        assert response.content.startswith(b"worker")

    def test_message_that_waits_too_long_is_told_without_details(self, client, alive):
        late = MessageFactory(next_try_at=timezone.now() - LATE - timedelta(seconds=1))

        response = client.get("/readyz")

        assert response.status_code == 503
        assert response.content.startswith(b"mail")
        assert late.to not in response.content.decode()

    @pytest.mark.parametrize(
        "fate",
        [
            {"state": State.DELIVERED, "delivered_at": timezone.now()},
            {"tries": 1},
            {"next_try_at": timezone.now() + timedelta(days=1)},
        ],
    )
    def test_message_delivered_or_put_off_is_no_fault(self, client, alive, fate):
        MessageFactory(**{"next_try_at": timezone.now() - timedelta(days=1)} | fate)

        assert client.get("/readyz").status_code == 200

    def test_database_that_is_away_is_told(self, client, monkeypatch):
        def away(_at):
            raise OperationalError("password=secret")

        monkeypatch.setattr(DutyRound.objects, "is_worker_alive", away)

        response = client.get("/readyz")

        assert (response.status_code, response.content) == (503, b"database: does not answer\n")

    def test_alive_is_answered_without_the_database(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get("/healthz").content == b"ok\n"

    @pytest.mark.parametrize("address", ["/healthz", "/readyz"])
    def test_watchers_inside_are_not_led_to_https(self, client, settings, address, alive):
        settings.SECURE_SSL_REDIRECT = True

        assert client.get(address).status_code == 200


class TestRounds:
    @pytest.mark.django_db(transaction=True)
    def test_duty_that_was_done_is_seen(self):
        worker.do(worker.be_seen)

        assert DutyRound.objects.is_worker_alive(timezone.now())

    @pytest.mark.django_db(transaction=True)
    def test_duty_that_failed_is_not(self):
        def fails(stopping):
            raise ValueError

        worker.do(fails)

        assert not DutyRound.objects.exists()

    def test_duty_is_written_once_in_a_while_and_then_anew(self, django_assert_num_queries):
        DutyRound.objects.note("deliver_codes")
        with django_assert_num_queries(1):
            DutyRound.objects.note("deliver_codes")
        DutyRound.objects.update(seen_at=timezone.now() - timedelta(hours=1))

        DutyRound.objects.note("deliver_codes")

        assert DutyRound.objects.is_worker_alive(timezone.now())

    def test_worker_is_seen_more_often_than_it_is_looked_for(self):
        assert worker.DUTIES[worker.be_seen] * 2 < ALIVE


@pytest.fixture
def watched(settings, monkeypatch):
    settings.METRICS_TOKEN = "watcher"
    fresh = metrics.Pending()
    monkeypatch.setattr(metrics, "pending", fresh)
    monkeypatch.setattr(health, "pending", fresh)
    return Client()  # its middlewares are chosen at its first request


class TestMetrics:
    @pytest.mark.parametrize(
        ("token", "headers"),
        [("", TOKEN), ("", {"Authorization": "Bearer "}), ("watcher", {}), ("other", TOKEN)],
    )
    def test_metrics_are_nowhere_without_the_token(self, client, settings, token, headers):
        settings.METRICS_TOKEN = token

        assert client.get("/metrics", headers=headers).status_code == 404

    def test_metrics_tell_requests_queue_and_rounds(self, watched, alive):
        CodeFactory(created_at=timezone.now() - timedelta(seconds=90))
        watched.get("/healthz")
        watched.get("/healthz")
        watched.get("/nowhere/")

        response = watched.get("/metrics", headers=TOKEN)

        lines = response.content.decode().splitlines()
        assert 'workshop_requests_total{view="healthz",status="200"} 2' in lines
        assert 'workshop_messages_queued{lane="codes"} 1' in lines
        assert 'workshop_messages_queued{lane="letters"} 0' in lines
        seen = int(alive.seen_at.timestamp())
        assert f'workshop_duty_last_done_timestamp_seconds{{duty="be_seen"}} {seen}' in lines
        age = next(line for line in lines if line.startswith("workshop_messages_oldest"))
        assert 90 <= int(age.split()[-1]) < 300
        assert response["Content-Type"].startswith("text/plain; version=0.0.4")

    def test_nothing_is_counted_where_nobody_asks(self, client):
        client.get("/healthz")

        assert not RequestCount.objects.exists()

    def test_counts_are_kept_while_the_database_is_busy(self, watched, monkeypatch):
        def busy(counts):
            raise OperationalError

        with monkeypatch.context() as away:
            away.setattr(RequestCount.objects, "add", busy)
            watched.get("/healthz")

        metrics.pending.add()

        assert RequestCount.objects.get().count == 1


@pytest.mark.django_db(transaction=True)
def test_counts_of_several_processes_add_up():
    def process():
        own = metrics.Pending()
        for n in range(20):
            own.count(f"view-{n % 3}", 200)
            own.add()
        connections.close_all()

    threads = [threading.Thread(target=process) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    counts = dict(RequestCount.objects.values_list("view", "count"))
    assert counts == {"view-0": 28, "view-1": 28, "view-2": 24}
