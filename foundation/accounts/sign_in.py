"""How people sign in: what we change of allauth."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.limits import key_of
from foundation.core.audit import client_address

WAIT = _("Too many attempts. Wait five minutes, then try again.")


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up here: a user comes from a registration, an invitation or an operator."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right. It must be from one of the last two mails that this browser "
            "asked for. You asked in another browser? Type it there, or send a new one from here."
        ),
        "too_many_login_attempts": WAIT,
        "rate_limited": WAIT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse everybody who has no user yet."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Ask for no second proof of who gave one, by signing in, a few minutes ago.

        Else, whoever has just set an app up would at once be asked for the code it showed, which
        is void by then. Who has a second factor proves themselves by that one, or by a password.
        """
        user = self.request.user
        records = get_authentication_records(self.request, user)
        if is_mfa_enabled(user):
            records = [each for each in records if each["method"] != "code"]
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the caller's address as the audit reads it, or nothing where none can be read."""
        return client_address(request) or ""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failed passwords by mailbox and network: a stranger's are not the owner's."""
        return key_of(request, super()._get_login_attempts_cache_key(request, **credentials))

    def format_email_subject(self, subject: str) -> str:
        """Name the site, so that the mail is known among others."""
        return f"{settings.SITE_NAME}: {subject}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the page of the second factor, to which a new password leads."""
        return reverse("mfa_index")
