"""Sending a message again."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from foundation.core.refusals import Refused
from foundation.mail.actions import send_again
from foundation.mail.models import Message, State
from foundation.mail.tests.factories import CodeFactory, MessageFactory

pytestmark = pytest.mark.django_db


def refusal(message) -> str:
    with pytest.raises(Refused) as refused:
        send_again(message=message)
    return refused.value.code


@pytest.mark.parametrize(
    "fate",
    [
        {"state": State.DELIVERED, "delivered_at": timezone.now()},
        {"state": State.REFUSED},
        {"state": State.GIVEN_UP, "tries": 42, "unanswered": 3},
    ],
)
def test_message_is_sent_again_as_a_new_one_that_looks_the_same(fate):
    message = MessageFactory(**fate)

    send_again(message=message)

    copy = Message.objects.exclude(pk=message.pk).get()
    message.refresh_from_db()
    for name in ("workshop", "user", "to", "about", "kind", "subject", "text", "priority"):
        assert getattr(copy, name) == getattr(message, name)
    assert (copy.state, copy.tries, copy.unanswered) == (State.QUEUED, 0, 0)
    assert copy.message_id != message.message_id
    assert message.sent_again_at is not None
    assert not Message.objects.failed().exists()


def test_message_on_its_way_is_not_doubled():
    message = MessageFactory(tries=5)

    assert refusal(message) == "still-on-its-way"
    assert Message.objects.count() == 1


def test_message_sent_again_before_is_not_sent_a_third_time():
    message = MessageFactory(state=State.REFUSED)
    send_again(message=message)

    assert refusal(message) == "sent-again-already"
    assert Message.objects.count() == 2


def test_code_can_not_be_sent_again():
    code = CodeFactory(state=State.REFUSED, text="")

    assert refusal(code) == "no-fresh-link"
    assert Message.objects.get().sent_again_at is None


@pytest.mark.django_db(transaction=True)
def test_message_sent_again_by_ten_at_once_goes_once():
    message = MessageFactory(state=State.REFUSED)
    together, refusals = Barrier(10), []

    def press():
        together.wait()
        try:
            send_again(message=message)
        except Refused as refused:
            refusals.append(refused.code)
        connection.close()

    threads = [Thread(target=press) for _n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Message.objects.count() == 2
    assert refusals == ["sent-again-already"] * 9
