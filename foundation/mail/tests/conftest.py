"""Delivery by real SMTP on this machine, with time limits that a test can wait for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from foundation.mail.models import Message
from foundation.mail.outage import outage
from foundation.mail.tests.mail_server import free_port


@pytest.fixture
def smtp(settings):
    """The port that mail goes to; nobody may be listening there."""
    settings.MAIL_DELIVERY_BACKEND = "foundation.mail.smtp.SMTPBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = settings.MAIL_ANSWER_TIMEOUT = 0.25
    return settings.EMAIL_PORT


@pytest.fixture(autouse=True)
def _no_outage():
    """What this process knows of the mail server ends with the test."""
    yield
    outage.end()


@pytest.fixture
def all_due():
    """Let every wait be over: of messages, of claims, of an outage."""

    def all_due():
        outage.end()
        past = timezone.now() - timedelta(seconds=1)
        Message.objects.filter(claimed_until=None).update(next_try_at=past)
        Message.objects.exclude(claimed_until=None).update(claimed_until=past)

    return all_due
