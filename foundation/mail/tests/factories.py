"""Made-up messages."""

import factory

from foundation.mail.models import Message, Priority
from foundation.series.tests.factories import WorkshopFactory


class MessageFactory(factory.django.DjangoModelFactory):
    """Of a kind that has no template: its text is as given."""

    class Meta:
        model = Message

    workshop = factory.SubFactory(WorkshopFactory)
    to = factory.Sequence(lambda n: f"person-{n}@example.org")
    kind = "registration/confirmed"
    subject = "Hello"
    text = "See you."
    is_secret = False
    message_id = factory.Sequence(lambda n: f"<{n}@example.org>")


class CodeFactory(MessageFactory):
    """What allauth sends."""

    workshop = None
    kind = "sign-in"
    subject = "Your sign-in code"
    text = "the code is 123-456"
    is_secret = True
    priority = Priority.CODE
