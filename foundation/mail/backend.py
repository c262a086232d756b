"""What Django and allauth send becomes messages as well, first in line: codes above all."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from foundation.mail.compose import write
from foundation.mail.models import Priority

SIGN_IN = "sign-in"


class EmailBackend(BaseEmailBackend):
    """Write a message for each recipient: secret, because codes are among them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            for to in mail.recipients():
                write_code(to=to, subject=str(mail.subject), text=str(mail.body))
        return len(email_messages)


def write_code(*, to: str, subject: str, text: str) -> None:
    """Write a sign-in code, or news about signing in."""
    write(
        to=to,
        subject=subject,
        text=text,
        kind=SIGN_IN,
        is_secret=True,
        priority=Priority.CODE,
    )
