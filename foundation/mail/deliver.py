"""Delivering: what the worker does with messages. docs/mail.md tells each case and its times.

Codes and letters are two lanes, each worked off by several threads and processes at once. A
message is claimed in a short transaction and handed to the mail server outside of any; a claim
ends by itself. No lock outlives a transaction, so a pooler may stand before the database.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from foundation.core.locking import lock_next, take_turn
from foundation.mail.letter import letter_of
from foundation.mail.models import Message, MessageQuerySet, State
from foundation.mail.outage import outage
from foundation.mail.smtp import AnswerNeverCame
from foundation.mail.verdicts import Verdict, answer_of, verdict_on

logger = logging.getLogger(__name__)

Stopping = Callable[[], bool]

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=4)
MOST_TRIES = 42  # with the waits above: five days and a quarter
MOST_UNANSWERED = 3
PER_CONNECTION = 20  # some servers close after so many
ANSWERS = 4  # that one message waits for: sender, recipient, text announced, text sent
SLACK = timedelta(seconds=10)


def deliver_codes(stopping: Stopping = lambda: False) -> bool:
    """Deliver the sign-in codes that are due; whether there were any."""
    return _deliver(Message.objects.codes(), stopping)


def deliver_letters(stopping: Stopping = lambda: False) -> bool:
    """Deliver all else that is due; whether there was anything."""
    return _deliver(Message.objects.letters(), stopping)


def _deliver(lane: MessageQuerySet, stopping: Stopping) -> bool:
    tried = 0
    while not stopping() and not outage.lasts and lane.due().exists():
        more = _over_one_connection(lane, stopping)
        tried += more
        if not more:
            break
    return tried > 0


def _over_one_connection(lane: MessageQuerySet, stopping: Stopping) -> int:
    """Deliver until nothing is due or something goes wrong; how many were tried.

    The server is called before a message is claimed: while it is away no message is touched, and
    all go at once when it is back.
    """
    server = get_connection(settings.MAIL_DELIVERY_BACKEND)
    try:
        if not _reach(server):
            return 0
        for tried in range(PER_CONNECTION):
            message = None if stopping() else claim(lane)
            if message is None:
                return tried
            if not _hand_over(message, server):
                return tried + 1
        return PER_CONNECTION
    finally:
        with suppress(OSError):
            server.close()


def _reach(server: BaseEmailBackend) -> bool:
    try:
        server.open()
    except OSError as error:
        outage.begin()
        logger.warning("The mail server can't be reached (%s).", type(error).__name__)
        return False
    outage.end()
    return True


@transaction.atomic
def claim(lane: MessageQuerySet) -> Message | None:
    """Return the message that is next, for the caller alone, until `claimed_until`.

    Its try counts from now on as one without an answer: if this process dies, nobody knows whether
    the mail was taken. One claims at a time, or two could take up the same slow address.

    Locks: the claiming, then the message, for this transaction.
    """
    take_turn("claim a message")
    message = lock_next(lane.due())
    if message is None:
        return None
    if message.unanswered >= MOST_UNANSWERED:
        _end(message, State.GIVEN_UP, answer_of(AnswerNeverCame()))
        return claim(lane)
    message.tries += 1
    message.unanswered += 1
    message.claimed_until = timezone.now() + claim_lasts()
    message.save(update_fields=["tries", "unanswered", "claimed_until"])
    return message


def claim_lasts() -> timedelta:
    """Return the longest time that one message can be in hand, by the time limits set."""
    return ANSWERS * timedelta(seconds=settings.MAIL_ANSWER_TIMEOUT) + SLACK


def _hand_over(message: Message, server: BaseEmailBackend) -> bool:
    """Try to deliver `message`, and write what came of it; whether it was taken."""
    try:
        server.send_messages([letter_of(message)])
    except Exception as error:
        _settle(message, verdict_on(error), answer_of(error))
        # Neither the address nor the answer: logs are read by more people than messages.
        logger.warning("Message %s: %s.", message.pk, type(error).__name__)
        return False
    _end(message, State.DELIVERED, "")
    return True


def _settle(message: Message, verdict: Verdict, answer: str) -> None:
    """Write the fate of a message that was not taken."""
    if verdict is Verdict.REFUSED:
        return _end(message, State.REFUSED, answer)
    if verdict is not Verdict.UNANSWERED:
        message.unanswered -= 1
    if verdict is Verdict.AWAY:
        outage.begin()
        message.tries -= 1  # it is no fault of the message's
        return _put_off(message, answer, timedelta(0))
    if message.unanswered >= MOST_UNANSWERED or message.tries >= MOST_TRIES:
        return _end(message, State.GIVEN_UP, answer)
    return _put_off(message, answer, wait_after(message.tries))


def _end(message: Message, state: State, answer: str) -> None:
    """Write that nothing more happens to `message`. Its secret is good for nothing any more."""
    now = timezone.now()
    Message.objects.filter(pk=message.pk, state=State.QUEUED).update(
        state=state,
        last_answer=answer,
        claimed_until=None,
        delivered_at=now if state is State.DELIVERED else None,
        text="" if message.is_secret else message.text,
    )


def _put_off(message: Message, answer: str, wait: timedelta) -> None:
    """Let `message` be tried again later, unless somebody else has it in hand by now."""
    mine = Message.objects.filter(pk=message.pk, claimed_until=message.claimed_until)
    mine.update(
        tries=message.tries,
        unanswered=message.unanswered,
        next_try_at=timezone.now() + wait,
        claimed_until=None,
        last_answer=answer,
    )


def wait_after(tries: int) -> timedelta:
    """Return how long a message waits after so many tries: 10 s, 20 s, 40 s … four hours."""
    doubled: int = 2 ** min(tries - 1, 20)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)
