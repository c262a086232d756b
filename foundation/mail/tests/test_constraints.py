"""What the database refuses of a message."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from foundation.core.violations import violated_constraint
from foundation.mail.tests.factories import CodeFactory, MessageFactory

pytestmark = pytest.mark.django_db


def violated(factory, **fields) -> str:
    with pytest.raises(IntegrityError) as error:
        factory(**fields)
    return violated_constraint(error.value)


@pytest.mark.parametrize("to", ["", "a@example.org\nBcc: b@example.org", "a@x.org\r", "a\t@x.org"])
def test_recipient_is_one_line(to):
    assert violated(MessageFactory, to=to) == "message_to_one_line"


def test_subject_is_one_line():
    assert violated(MessageFactory, subject="One\nBcc: b@x.org") == "message_subject_one_line"


def test_state_is_known():
    assert violated(MessageFactory, state="lost") == "message_state_known"


def test_priority_is_known():
    assert violated(MessageFactory, priority=9) == "message_priority_known"


@pytest.mark.parametrize(
    "fields", [{"state": "delivered"}, {"state": "queued", "delivered_at": timezone.now()}]
)
def test_delivered_and_its_moment_go_together(fields):
    assert violated(MessageFactory, **fields) == "message_delivered_has_moment"


@pytest.mark.parametrize("state", ["refused", "given-up"])
def test_secret_is_gone_once_its_fate_is_known(state):
    assert violated(CodeFactory, state=state) == "message_secret_gone_with_its_fate"


def test_message_of_no_workshop_is_secret():
    assert violated(CodeFactory, is_secret=False) == "message_of_workshop_or_secret"
