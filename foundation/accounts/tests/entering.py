"""Members of staff in a test, signed in as the admin asks for it."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.test import Client

from foundation.accounts.models import User


def enter(client: Client, user: User) -> Client:
    """Sign `user` in with a second factor given in this session; make one where they have none."""
    if not is_mfa_enabled(user):
        Authenticator.objects.create(user=user, type="totp", data={})
    return sign_in_by(client, user, "mfa")


def sign_in_by(client: Client, user: User, method: str, **details: str) -> Client:
    """Sign `user` in, and note in the session by what, as allauth does."""
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method, **details)
    request.session.save()
    return client
