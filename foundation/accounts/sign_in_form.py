"""Asking for a sign-in code: the same work for addresses that we know and that we don't."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.core import context
from django.core.exceptions import ValidationError
from django.db import transaction

from foundation.accounts.limits import count
from foundation.core.fields import AddressLine
from foundation.core.refusals import Refused
from foundation.mail.backend import write_code


class RequestCodeForm(RequestLoginCodeForm):
    """An answer that comes sooner for an address would tell that nobody is registered with it."""

    email = AddressLine()

    def clean_email(self) -> str:
        email: str = super().clean_email()
        try:
            count(context.request, action="sign_in_code", mailbox=email)
        except Refused as refused:
            raise ValidationError(refused.sentence, refused.code) from refused
        if self._user is None:
            write_and_forget(email)
        return email


def write_and_forget(email: str) -> None:
    """Write the mail that a known address would get, and take it back: it never leaves."""
    adapter = get_adapter()
    context = {"code": adapter.generate_login_code(), "email": email}
    mail = adapter.render_mail("account/email/login_code", email, context)
    with transaction.atomic():
        write_code(to=email, subject=mail.subject, text=mail.body)
        transaction.set_rollback(True)
