"""Delivering: each thing that a mail server can do, and what becomes of the message."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.utils import timezone

from foundation.mail import deliver
from foundation.mail.models import Message, State
from foundation.mail.tests.factories import CodeFactory, MessageFactory
from foundation.mail.tests.mail_server import LATE, MailServer

pytestmark = pytest.mark.django_db


def test_delivered_message_says_when_and_keeps_its_text(smtp):
    message = MessageFactory(to="ada@example.org")

    with MailServer(smtp) as server:
        deliver.deliver_letters()

    message.refresh_from_db()
    assert server.recipients == ["ada@example.org"]
    assert (message.state, message.tries, message.text) == (State.DELIVERED, 1, "See you.")
    assert message.delivered_at is not None
    assert message.claimed_until is None


def test_delivered_secret_is_removed(smtp):
    code = CodeFactory()

    with MailServer(smtp) as server:
        deliver.deliver_codes()

    code.refresh_from_db()
    assert "123-456" in server.mails[0].get_content()
    assert (code.state, code.text) == (State.DELIVERED, "")


def test_refusal_for_good_is_told_at_once_in_the_servers_words_without_links(smtp):
    refused, other = MessageFactory(to="refused@example.org"), MessageFactory()

    with MailServer(smtp) as server:
        deliver.deliver_letters()

    refused.refresh_from_db()
    assert refused.state == State.REFUSED
    assert refused.last_answer == "550 nobody here by that name, see …"
    assert refused.tries == 1
    assert list(Message.objects.failed()) == [refused]
    assert server.recipients == [other.to]


def test_refused_secret_is_removed(smtp):
    code = CodeFactory(to="refused@example.org")

    with MailServer(smtp):
        deliver.deliver_codes()

    code.refresh_from_db()
    assert (code.state, code.text) == (State.REFUSED, "")


def test_later_is_tried_again_with_growing_waits_for_days_then_given_up(smtp):
    message = MessageFactory(to="later@example.org")
    waits, begun = [], timezone.now()

    with MailServer(smtp), time_machine.travel(begun, tick=False) as clock:
        while message.state == State.QUEUED:
            deliver.deliver_letters()
            message.refresh_from_db()
            waits.append((message.next_try_at - timezone.now()).total_seconds())
            clock.move_to(max(message.next_try_at, timezone.now()))
        lasted = timezone.now() - begun

    assert waits[:4] == [10, 20, 40, 80]
    assert max(waits) == 4 * 3600
    assert timedelta(days=5) < lasted < timedelta(days=6)
    assert message.state == State.GIVEN_UP
    assert message.last_answer == "451 busy, try later"


def test_message_put_off_is_left_alone_until_its_time(smtp):
    MessageFactory(to="later@example.org")

    with MailServer(smtp) as server:
        deliver.deliver_letters()
        deliver.deliver_letters()

    assert server.asked == ["later@example.org"]


def test_answer_that_comes_late_is_waited_for(smtp, settings):
    settings.MAIL_ANSWER_TIMEOUT = LATE + 5
    message = MessageFactory(to="late@example.org")

    with MailServer(smtp) as server:
        deliver.deliver_letters()

    message.refresh_from_db()
    assert (message.state, server.recipients) == (State.DELIVERED, ["late@example.org"])


@pytest.mark.parametrize("address", ["silent@example.org", "dies@example.org"])
def test_answer_that_never_comes_is_tried_three_times_then_given_up(smtp, all_due, address):
    message = MessageFactory(to=address)

    with MailServer(smtp) as server:
        for _round in range(10):
            deliver.deliver_letters()
            all_due()

    message.refresh_from_db()
    assert server.recipients == [address] * 3
    assert len({each["Message-ID"] for each in server.mails}) == 1
    assert message.state == State.GIVEN_UP
    assert "never said" in message.last_answer


def test_server_that_hangs_at_an_address_may_not_have_taken_anything(smtp, all_due):
    message = MessageFactory(to="hangs@example.org")

    with MailServer(smtp):
        for _round in range(5):
            deliver.deliver_letters()
            all_due()

    message.refresh_from_db()
    assert (message.state, message.tries, message.unanswered) == (State.QUEUED, 5, 0)
    assert message.last_answer == "The mail server did not answer in time."


def test_outage_touches_no_message_and_all_go_when_it_is_over(smtp, all_due, caplog):
    people = sorted(MessageFactory(to=f"person-{n}@example.org").to for n in range(5))

    with caplog.at_level(logging.DEBUG):
        for _round in range(60):  # more often than anything is tried
            deliver.deliver_letters()
            all_due()
    tries = set(Message.objects.values_list("tries", "state"))
    with MailServer(smtp) as server:
        deliver.deliver_letters()

    assert tries == {(0, State.QUEUED)}
    assert sorted(server.recipients) == people
    assert "person-" not in caplog.text


def test_server_that_is_away_is_not_called_again_at_once(smtp):
    MessageFactory()

    with MailServer(smtp, greeting="421 too busy") as server:
        deliver.deliver_letters()
        deliver.deliver_letters()

    assert server.calls == 1


def test_refused_sender_is_no_fault_of_the_message(smtp):
    message = MessageFactory()

    with MailServer(smtp, sender="553 not from here"):
        deliver.deliver_letters()

    message.refresh_from_db()
    assert (message.state, message.tries) == (State.QUEUED, 0)
    assert message.last_answer == "553 not from here"


def test_text_that_is_no_address_is_refused_with_a_sentence(smtp):
    message = MessageFactory(to="a@example.org, b@example.org")

    with MailServer(smtp) as server:
        deliver.deliver_letters()

    message.refresh_from_db()
    assert server.asked == []
    assert message.state == State.REFUSED
    assert message.last_answer == "This is not an e-mail address that can be written to."


def test_worker_told_to_stop_finishes_the_message_in_hand_alone():
    MessageFactory.create_batch(3)

    deliver.deliver_letters(lambda: len(django_mail.outbox) >= 1)

    assert len(django_mail.outbox) == 1
    assert Message.objects.filter(state=State.QUEUED).count() == 2


def test_claim_of_a_dead_worker_ends_and_counts_as_a_try_without_an_answer(smtp, all_due):
    message = MessageFactory()
    for _worker in range(3):
        assert deliver.claim(Message.objects.letters()) == message
        in_the_meantime = deliver.claim(Message.objects.letters())
        all_due()

    with MailServer(smtp) as server:
        deliver.deliver_letters()

    message.refresh_from_db()
    assert in_the_meantime is None
    assert server.asked == []
    assert (message.state, message.tries) == (State.GIVEN_UP, 3)


def test_claim_lasts_as_long_as_the_slowest_conversation(settings):
    settings.MAIL_ANSWER_TIMEOUT = 30

    assert deliver.claim_lasts() >= timedelta(seconds=4 * 30)


def test_fate_of_a_claim_that_ended_is_not_written_over_the_next_ones(smtp):
    message = MessageFactory(to="later@example.org")
    first = deliver.claim(Message.objects.letters())
    Message.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    second = deliver.claim(Message.objects.letters())

    deliver._settle(first, deliver.Verdict.LATER, "451 of the first")

    message.refresh_from_db()
    assert message.claimed_until == second.claimed_until
    assert message.last_answer == ""


def test_one_message_at_a_time_goes_to_an_address():
    one, _same, other = MessageFactory(to="a@x.org"), MessageFactory(to="a@x.org"), MessageFactory()

    claimed = [deliver.claim(Message.objects.letters()) for _n in range(3)]

    assert claimed == [one, other, None]


def test_message_not_tried_yet_goes_before_one_that_failed():
    failed, fresh = MessageFactory(tries=1), MessageFactory()

    claimed = [deliver.claim(Message.objects.letters()) for _n in range(2)]

    assert claimed == [fresh, failed]
