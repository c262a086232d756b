"""What of mail is not kept."""

import pytest
from django.utils import timezone

from foundation.mail import retention
from foundation.mail.models import Message
from foundation.mail.tests.factories import CodeFactory, MessageFactory


@pytest.mark.django_db
def test_who_was_sent_a_code_is_erased_after_a_month():
    long_ago = timezone.now() - retention.CODES_KEPT
    CodeFactory(created_at=long_ago)
    kept = {CodeFactory(), MessageFactory(created_at=long_ago)}

    assert retention.erase_old_codes()

    assert set(Message.objects.all()) == kept
