"""What an error in a delivery means, and what organisers read of it."""

import re
import smtplib
from enum import Enum, auto

from django.utils.translation import gettext as _

from foundation.mail.letter import NoAddress
from foundation.mail.smtp import AnswerNeverCame

LINK = re.compile(r"\w+://\S+")
LONGEST = 300
# The server refuses the site, not this message: its sender, its password, its greeting.
OF_THE_SITE = (
    smtplib.SMTPSenderRefused,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
)


class Verdict(Enum):
    REFUSED = auto()  # for good
    LATER = auto()  # “try later”, or a conversation that broke off before the text was sent
    UNANSWERED = auto()  # may have been taken
    AWAY = auto()  # the server takes nothing of anybody now


def verdict_on(error: Exception) -> Verdict:
    """Return what `error` means for the message that was tried."""
    if isinstance(error, AnswerNeverCame):
        return Verdict.UNANSWERED
    if isinstance(error, OF_THE_SITE):
        return Verdict.AWAY
    if isinstance(error, NoAddress) or _said(error)[0] >= 500:
        return Verdict.REFUSED
    return Verdict.LATER


def answer_of(error: Exception) -> str:
    """Return what organisers read: the server's own words, without links, or what happened."""
    if isinstance(error, AnswerNeverCame):
        return _("The mail server took the text but never said whether it delivers it.")
    if isinstance(error, NoAddress):
        return _("This is not an e-mail address that can be written to.")
    code, words = _said(error)
    if code:
        said = LINK.sub("…", words.decode("utf-8", "replace"))
        return " ".join(f"{code} {''.join(filter(_is_shown, said))}".split())[:LONGEST]
    return _("The mail server did not answer in time.")


def _said(error: Exception) -> tuple[int, bytes]:
    """The code and words with which the server answered, or 0 where it didn't."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [answer] = error.recipients.values()
        return answer
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return error.smtp_code, words if isinstance(words, bytes) else words.encode()
    return 0, b""


def _is_shown(letter: str) -> bool:
    return letter.isprintable() or letter.isspace()
