"""An authenticator app on somebody's telephone."""

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)

from foundation.accounts.models import User


class AuthenticatorApp:
    """The secret of one person, and the codes that it shows them."""

    def __init__(self, secret: str):
        self.secret = secret
        self._step = 0

    @classmethod
    def of(cls, user: User) -> "AuthenticatorApp":
        """Set an app up for `user`, with a secret that nobody else has."""
        app = cls(generate_totp_secret())
        TOTP.activate(user, app.secret)
        return app

    def digits(self) -> str:
        """Return a code that was not shown before: the one for now, else the one after it.

        The site takes each code once, and takes the next one early, for telephones whose clocks
        are fast. A third code within half a minute is too early.
        """
        now = int(time.time()) // app_settings.TOTP_PERIOD
        self._step = max(now, self._step + 1)
        return format_hotp_value(hotp_value(self.secret, self._step))
