"""Several workers at once, slow addresses, killed workers: nothing lost, nothing twice or late."""

import threading
import time

import pytest
from django.db import connection

from foundation.mail import deliver
from foundation.mail.models import Message, State
from foundation.mail.tests.factories import CodeFactory, MessageFactory
from foundation.mail.tests.mail_server import MailServer
from workshop.tests.processes import manage

pytestmark = pytest.mark.django_db(transaction=True)


def test_workers_at_once_deliver_each_message_once(smtp):
    people = sorted(MessageFactory().to for _n in range(30))

    with MailServer(smtp) as server:
        at_once(deliver.deliver_letters, 4)

    assert sorted(server.recipients) == people


def test_doubles_go_out_where_the_lock_is_taken_away(smtp, monkeypatch):
    MessageFactory()
    together = threading.Barrier(2)

    def unlocked(rows):
        message = rows.first()
        if message and message.tries == 0:
            together.wait(timeout=5)
        return message

    monkeypatch.setattr(deliver, "take_turn", lambda what: None)
    monkeypatch.setattr(deliver, "lock_next", unlocked)
    with MailServer(smtp) as server:
        at_once(deliver.deliver_letters, 2)

    assert len(server.recipients) == 2


def test_three_processes_deliver_each_message_once(smtp):
    people = sorted(MessageFactory().to for _n in range(20))

    with MailServer(smtp) as server:
        workers = [manage("worker", "--once", EMAIL_URL=url(smtp)) for _n in range(3)]
        errors = [worker.communicate(timeout=60)[1] for worker in workers]

    assert errors == ["", "", ""]
    assert sorted(server.recipients) == people


def test_code_and_letter_pass_fifty_hanging_messages_and_a_killed_worker_loses_nothing(
    smtp, all_due
):
    for _n in range(50):
        MessageFactory(to="hangs@example.org")
    CodeFactory(to="hangs-too@example.org")
    with MailServer(smtp) as server:
        worker = manage("worker", EMAIL_URL=url(smtp))
        assert eventually(lambda: len(server.asked) == 2, seconds=30)
        letter, code = MessageFactory(), CodeFactory()

        in_time = eventually(lambda: len(server.recipients) == 2, seconds=3)
        worker.kill()
        worker.communicate(timeout=10)
        server.released.set()
        all_due()
        deliver.deliver_letters()
        deliver.deliver_codes()

    assert in_time
    assert set(server.recipients[:2]) == {letter.to, code.to}
    assert len(server.recipients) == 53
    assert not Message.objects.exclude(state=State.DELIVERED).exists()


def url(port: int) -> str:
    return f"smtp://127.0.0.1:{port}"


def at_once(duty, how_many: int) -> None:
    together = threading.Barrier(how_many)

    def work():
        together.wait()
        duty()
        connection.close()

    threads = [threading.Thread(target=work) for _n in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def eventually(holds, seconds: float) -> bool:
    """Whether something comes true within so many seconds."""
    until = time.monotonic() + seconds
    while not (true := holds()) and time.monotonic() < until:
        time.sleep(0.05)
    return bool(true)
