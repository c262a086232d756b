"""What somebody who signs in reads off a mail, or off their authenticator app."""

import re

from allauth.mfa.totp.internal import auth as totp


def code_in(text: str) -> str:
    """The sign-in code of a mail's text."""
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", text, re.M)[0]


def digits(secret: str) -> str:
    """What an authenticator app shows now."""
    return totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )
