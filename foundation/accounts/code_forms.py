"""Codes as people type them: in another width or script, with blanks, dashes and the unseen."""

import unicodedata
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LETTERS = 8  # in a mailed code


def read_code(typed: str) -> str:
    """Return the letters and digits of what was typed, as a keyboard for English has them."""
    plain = (each for each in unicodedata.normalize("NFKC", typed) if each.isalnum())
    return "".join(str(unicodedata.decimal(each, each)) for each in plain)


class CodeField(forms.CharField):
    """A code, read before anything is compared or counted."""

    def to_python(self, value: Any) -> str:
        return read_code(super().to_python(value) or "")


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """Takes the last code and the one before: who asks twice may get the first mail late.

    earlier: the code before, where it is still good.
    """

    code = CodeField()

    def __init__(self, *args: Any, earlier: str = "", **kwargs: Any) -> None:
        self.earlier = earlier
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        if len(typed) != LETTERS:
            raise ValidationError(_("A code has eight letters, as in BCDF-GHJK."), "no-code")
        if compare_user_code(actual=typed, expected=self.earlier):
            return typed
        code: str = super().clean_code()
        return code


class AuthenticateForm(mfa.AuthenticateForm):
    code = CodeField()


class ReauthenticateForm(mfa.ReauthenticateForm):
    code = CodeField()


class ActivateTOTPForm(totp.ActivateTOTPForm):
    code = CodeField()
