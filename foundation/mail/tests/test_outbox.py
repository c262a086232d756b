"""The outbox: nothing is lost, nothing goes twice, and no secret stays behind."""

import logging
import threading
import time
from contextlib import nullcontext
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.utils import timezone
from post_office.models import PRIORITY, STATUS, Email

from foundation.mail import outbox
from foundation.series.tests.factories import WorkshopFactory
from registration.models import Mail
from workshop.tests.mail_server import MailServer, free_port
from workshop.tests.processes import manage

SECRET = "the code is 123-456"


def letter(to="someone@example.org", message=SECRET, **fields) -> Email:
    return outbox.send(recipients=[to], subject="Hello", message=message, **fields)


def all_due() -> None:
    Email.objects.update(scheduled_time=None)


@pytest.fixture
def smtp(settings):
    """Deliver through real SMTP on this machine, to a port where nobody may be listening."""
    settings.POST_OFFICE = settings.POST_OFFICE | {
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}
    }
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return settings.EMAIL_PORT


@pytest.mark.django_db
def test_outbox_forgets_a_mail_whose_transaction_is_undone():
    def sends_and_fails():
        letter()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transaction.atomic(sends_and_fails)()

    assert not Email.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["{{ settings }}", "{% if %}", "{% include 'base.html' %}"])
def test_outbox_takes_no_text_for_a_template(text):
    email = outbox.send(recipients=["a@example.org"], subject=text, message=text)

    email.refresh_from_db()
    assert (email.subject, email.message) == (text, text)


@pytest.mark.django_db
def test_outbox_keeps_a_line_break_out_of_the_subject():
    email = outbox.send(recipients=["a@example.org"], subject="One\nBcc: b@x.org", message="-")

    assert email.subject == "One Bcc: b@x.org"


@pytest.mark.django_db
def test_code_sent_by_the_site_goes_before_other_mail():
    for n in range(3):
        letter(f"person-{n}@example.org")
    backend = get_connection("foundation.mail.outbox.EmailBackend")

    backend.send_messages([EmailMessage("Code", SECRET, to=["hurry@example.org"])])
    outbox.deliver()

    assert Email.objects.latest("pk").priority == PRIORITY.high
    assert django_mail.outbox[0].to == ["hurry@example.org"]
    assert len(django_mail.outbox) == 4


@pytest.mark.django_db
def test_delivered_secret_is_scrubbed_and_a_plain_mail_is_kept():
    secret, plain, unknown = letter(), letter(message="See you."), letter()
    for email, carries_secret in ((secret, True), (plain, False)):
        Mail.objects.create(
            workshop=WorkshopFactory(), email=email, kind="x", carries_secret=carries_secret
        )

    outbox.deliver()

    texts = dict(Email.objects.values_list("pk", "message"))
    assert [sent.body for sent in django_mail.outbox] == [SECRET, "See you.", SECRET]
    assert texts == {
        secret.pk: outbox.SCRUBBED, plain.pk: "See you.", unknown.pk: outbox.SCRUBBED
    }  # fmt: skip


@pytest.mark.django_db
def test_secret_that_a_killed_worker_left_is_scrubbed_later():
    Email.objects.filter(pk=letter().pk).update(status=STATUS.sent)
    waiting = letter()

    outbox.scrub_delivered()

    assert Email.objects.exclude(pk=waiting.pk).get().message == outbox.SCRUBBED
    assert Email.objects.get(pk=waiting.pk).message == SECRET


@pytest.mark.django_db
def test_dead_mail_server_loses_nothing_and_the_living_one_gets_it_all(smtp, caplog):
    people = [f"person-{n}@example.org" for n in range(3)]
    for address in people:
        letter(address)

    with caplog.at_level(logging.DEBUG):
        for _try in range(30):  # more often than a refused mail is tried
            all_due()
            outbox.deliver()
    waiting = list(Email.objects.values_list("status", flat=True))
    all_due()
    with MailServer(smtp) as server:
        outbox.deliver()

    assert STATUS.failed not in waiting
    assert STATUS.sent not in waiting
    assert sorted(server.recipients) == people
    assert set(Email.objects.values_list("status", "message")) == {(STATUS.sent, outbox.SCRUBBED)}
    assert "123-456" not in caplog.text
    assert "person-" not in caplog.text


@pytest.mark.django_db
def test_unreachable_server_is_asked_once_a_round(smtp):
    letter(), letter()

    outbox.deliver()

    assert sorted(Email.objects.values_list("number_of_retries", flat=True), key=bool) == [None, 1]


@pytest.mark.django_db
def test_refused_mail_is_given_up_in_the_end_and_holds_up_no_other(smtp, settings):
    refused = letter("refused@example.org")
    with MailServer(smtp, refuse="refused@") as server:
        letter("welcome@example.org")
        for _try in range(settings.POST_OFFICE["MAX_RETRIES"] + 1):
            all_due()
            outbox.deliver()

    refused.refresh_from_db()
    assert server.recipients == ["welcome@example.org"]
    assert refused.status == STATUS.failed
    assert refused.message == SECRET
    assert refused.logs.first().exception_type == SMTPRecipientsRefused.__name__


@pytest.mark.django_db
def test_mail_waits_twice_as_long_after_each_try(smtp):
    email = letter()
    waits = []
    for _try in range(3):
        all_due()
        outbox.deliver()
        email.refresh_from_db()
        waits.append(round((email.scheduled_time - timezone.now()).total_seconds(), -1))

    assert waits == [10, 20, 40]
    assert outbox.wait_after(1000) == timedelta(hours=1)


@pytest.mark.django_db
def test_mail_put_off_is_left_alone_until_its_time():
    Email.objects.filter(pk=letter().pk).update(scheduled_time=timezone.now() + timedelta(hours=1))

    outbox.deliver()

    assert django_mail.outbox == []


@pytest.mark.django_db
def test_worker_told_to_stop_finishes_the_mail_in_hand_alone():
    letter(), letter(), letter()

    outbox.deliver(lambda: len(django_mail.outbox) >= 1)

    assert len(django_mail.outbox) == 1
    assert Email.objects.filter(status=STATUS.queued).count() == 2


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_deliver_each_mail_once(smtp):
    people = sorted(f"person-{n}@example.org" for n in range(30))
    for address in people:
        letter(address)
    together = threading.Barrier(4)

    def worker():
        together.wait()
        outbox.deliver()
        connection.close()

    with MailServer(smtp) as server:
        at_once(worker, 4)

    assert sorted(server.recipients) == people


@pytest.mark.django_db(transaction=True)
def test_doubles_go_out_where_the_lock_is_taken_away(smtp, monkeypatch):
    letter()
    together = threading.Barrier(2)
    monkeypatch.setattr(outbox, "_only_one", lambda: nullcontext(True))

    def worker():
        outbox.deliver()
        connection.close()

    with MailServer(smtp, before_taking=lambda: together.wait(timeout=5)) as server:
        at_once(worker, 2)

    assert len(server.recipients) == 2


@pytest.mark.django_db(transaction=True)
def test_three_processes_deliver_each_mail_once(smtp):
    people = sorted(f"person-{n}@example.org" for n in range(20))
    for address in people:
        letter(address)

    with MailServer(smtp) as server:
        workers = [manage("worker", "--once", EMAIL_URL=url(smtp)) for _n in range(3)]
        errors = [worker.communicate(timeout=60)[1] for worker in workers]

    assert errors == ["", "", ""]
    assert sorted(server.recipients) == people


@pytest.mark.django_db(transaction=True)
def test_code_is_on_its_way_in_two_seconds_and_a_killed_worker_holds_nothing_up(smtp):
    holding = threading.Event()
    with MailServer(smtp) as server:
        worker = manage("worker", EMAIL_URL=url(smtp))
        letter("first@example.org")
        assert eventually(lambda: server.recipients, seconds=20)
        letter("code@example.org")
        in_time = eventually(lambda: len(server.recipients) == 2, seconds=2)
        server.before_taking = lambda: holding.wait(timeout=20)
        letter("in-hand@example.org")
        assert eventually(lambda: server.taking, seconds=5)

        worker.kill()
        worker.communicate(timeout=10)
        server.before_taking = None
        again = eventually(outbox.deliver, seconds=10)
        holding.set()

    assert in_time
    assert again
    assert set(Email.objects.values_list("status", "message")) == {(STATUS.sent, outbox.SCRUBBED)}


def url(port: int) -> str:
    return f"smtp://127.0.0.1:{port}"


def at_once(work, how_many: int) -> None:
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
