"""The way to an SMTP server that knows how far a conversation had come when it broke off."""

import smtplib
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp

GOODBYE = 2.0  # seconds for the answer to QUIT, which changes nothing any more


class AnswerNeverCame(OSError):
    """The whole text was on its way when the conversation broke off: it may have been taken."""


class Conversation(smtplib.SMTP):
    """Tells a text that may have been taken from one that was not."""

    text_goes_out = False

    def getreply(self) -> tuple[int, bytes]:
        code, answer = super().getreply()
        self.text_goes_out = code == 354
        return code, answer

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except smtplib.SMTPServerDisconnected as error:  # what smtplib makes of a time limit, too
            if self.text_goes_out:
                raise AnswerNeverCame from error
            raise


class EncryptedConversation(Conversation, smtplib.SMTP_SSL):
    pass


class SMTPBackend(smtp.EmailBackend):
    """Greets on opening, so that a server that is away is noticed before a message is in hand.

    EMAIL_TIMEOUT: seconds to get that far. MAIL_ANSWER_TIMEOUT: seconds for each answer from then
    on: servers look the recipient up, and read the text, before they answer.
    """

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return EncryptedConversation if self.use_ssl else Conversation

    def open(self) -> bool | None:
        opened = super().open()
        if opened and self.connection:
            self.connection.ehlo_or_helo_if_needed()
            _wait_for(self.connection, settings.MAIL_ANSWER_TIMEOUT)
        return opened

    def close(self) -> None:
        if self.connection:
            _wait_for(self.connection, GOODBYE)
        with suppress(OSError):
            super().close()


def _wait_for(conversation: smtplib.SMTP, seconds: float) -> None:
    if conversation.sock:
        conversation.sock.settimeout(seconds)
