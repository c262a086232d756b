"""The outbox: mail waits in the database until the mail server has taken it.

A mail is written in the transaction that causes it and delivered by the worker, one process at a
time, however many run. A mail server that can't be reached loses nothing: each mail is tried
again, less and less often, until it is taken. Only a mail that the server itself refuses, time
after time, is given up, and then says so to the organisers.
"""

import logging
from contextlib import contextmanager
from datetime import timedelta
from email.utils import make_msgid, parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, models, transaction
from django.utils import timezone
from post_office.models import PRIORITY, STATUS, Email, Log

logger = logging.getLogger(__name__)

SCRUBBED = "(The text was removed once it was delivered.)"
DELIVERY_LOCK = 0x6D61696C  # "mail", in PostgreSQL's register of advisory locks
FIRST_RETRY = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
REFUSALS = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)


def send(
    *,
    recipients: list[str],
    subject: str,
    message: str,
    html_message: str = "",
    sender: str = "",
    priority: str = "medium",
) -> Email:
    """Put a mail into the outbox as it stands: nothing in it is taken for a template.

    It goes if, and only if, the caller's transaction commits. priority: "high" goes first.
    """
    sender = sender or settings.DEFAULT_FROM_EMAIL
    return Email.objects.create(
        from_email=sender,
        to=recipients,
        subject=" ".join(subject.split()),
        message=message,
        html_message=html_message,
        # The same at every try, so that a mail taken twice is shown once.
        message_id=make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or None),
        priority=getattr(PRIORITY, priority),
        status=STATUS.queued,
    )


class EmailBackend(BaseEmailBackend):
    """What Django and allauth send (sign-in codes above all): into the outbox, first in line."""

    def send_messages(self, email_messages):
        for message in email_messages:
            html = [body for body, kind in getattr(message, "alternatives", []) if "html" in kind]
            send(
                recipients=message.recipients(),
                subject=message.subject,
                message=message.body,
                html_message=html[0] if html else "",
                sender=message.from_email,
                priority="high",
            )
        return len(email_messages)


def deliver(stopping=lambda: False) -> bool:
    """Deliver what is due, unless another process is at it; whether anything was delivered.

    stopping: asked between two mails. Ends early where the mail server can't be reached.
    """
    if not _due().exists():
        return False
    delivered = 0
    with _only_one() as mine, _mail_server() as server:
        while mine and not stopping() and (email := _due().first()):
            try:
                server.send_messages([email.prepare_email_message()])
            except Exception as error:
                _put_off(email, error)
                if _unreachable(error):
                    break
                server.close()
            else:
                _mark_delivered(email)
                delivered += 1
    return delivered > 0


def scrub_delivered(stopping=lambda: False) -> bool:
    """Remove the text of delivered mails that no organiser may read; whether there were any."""
    emails = Email.objects.filter(status=STATUS.sent).exclude(message=SCRUBBED)
    return _scrub(emails) > 0


def _scrub(emails) -> int:
    return emails.exclude(workshop_mail__carries_secret=False).update(
        message=SCRUBBED, html_message="", context=None
    )


def _due() -> models.QuerySet:
    """Mails to be tried now, first in line first."""
    soonest = models.Q(scheduled_time=None) | models.Q(scheduled_time__lte=timezone.now())
    waiting = Email.objects.filter(soonest, status__in=[STATUS.queued, STATUS.requeued])
    untried_first = models.F("number_of_retries").asc(nulls_first=True)
    return waiting.order_by("-priority", untried_first, "pk")


@contextmanager
def _only_one():
    """Whether this process is the one that delivers; the lock ends with it, however it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [DELIVERY_LOCK])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        # A connection that was lost took its lock along.
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [DELIVERY_LOCK])


@contextmanager
def _mail_server():
    """One connection for all mails of a round; made by the first."""
    server = get_connection(settings.POST_OFFICE["BACKENDS"]["default"])
    try:
        yield server
    finally:
        server.close()


def _mark_delivered(email: Email) -> None:
    with transaction.atomic():
        row = Email.objects.filter(pk=email.pk)
        row.update(status=STATUS.sent, scheduled_time=None, last_updated=timezone.now())
        _scrub(row)


def _put_off(email: Email, error: Exception) -> None:
    """Try `email` again later, the next wait twice as long; or give it up as refused."""
    tries = (email.number_of_retries or 0) + 1
    is_at_fault = not _unreachable(error)
    faults = email.logs.filter(status=STATUS.failed).count() + is_at_fault
    given_up = is_at_fault and faults > settings.POST_OFFICE["MAX_RETRIES"]
    now = timezone.now()
    with transaction.atomic():
        Email.objects.filter(pk=email.pk).update(
            status=STATUS.failed if given_up else STATUS.requeued,
            number_of_retries=tries,
            scheduled_time=None if given_up else now + wait_after(tries),
            last_updated=now,
        )
        Log.objects.create(
            email=email,
            # A server that can't be reached is no fault of the mail's, and counts for nothing.
            status=STATUS.failed if is_at_fault else STATUS.requeued,
            exception_type=type(error).__name__,
            message=str(error)[:500],
        )
    # Neither the address nor the server's answer: logs are read by more people than the outbox.
    logger.warning("Mail %s was not delivered (%s, try %s).", email.pk, type(error).__name__, tries)


def wait_after(tries: int) -> timedelta:
    """How long a mail waits after so many tries: 10 s, 20 s, 40 s … one hour."""
    return min(FIRST_RETRY * 2 ** min(tries - 1, 20), LONGEST_WAIT)


def _unreachable(error: Exception) -> bool:
    """Whether the mail server is at fault rather than this mail."""
    return isinstance(error, OSError) and not isinstance(error, REFUSALS)
