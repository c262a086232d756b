"""The second factor counts for the session that gave it, not for its user.

A session that a mailed code opened before its owner set an app up stays as small as it was.
"""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import REDIRECT_FIELD_NAME, update_session_auth_hash
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from foundation.accounts.models import User

METHOD = "mfa"  # as allauth records a second factor


def gave_second_factor(request: HttpRequest) -> bool:
    """Return whether this session gave a second factor, and its user still has one."""
    records = get_authentication_records(request, request.user)
    return any(each["method"] == METHOD for each in records) and is_mfa_enabled(request.user)


def page_to_give_one(request: HttpRequest) -> str:
    """Return the page where this session gives a second factor, and then goes on to where it was.

    Whoever has none yet is led to where one is set up, which says why.
    """
    ways = get_adapter().get_reauthentication_methods(request.user)
    pages = [way["url"] for way in ways if way["id"].startswith("mfa_")]
    if not pages:
        return reverse("mfa_index")
    return f"{pages[0]}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"


@receiver(post_save, sender=Authenticator)
def _set_up(instance: Authenticator, created: bool, **kwargs: object) -> None:
    if created and instance.type != Authenticator.Type.RECOVERY_CODES:
        in_hand = _end_other_sessions(instance.user)
        if in_hand:
            record_authentication(
                in_hand, in_hand.user, METHOD, id=instance.pk, type=instance.type, set_up=True
            )


@receiver(post_delete, sender=Authenticator)
def _removed(instance: Authenticator, **kwargs: object) -> None:
    if instance.type != Authenticator.Type.RECOVERY_CODES:
        _end_other_sessions(instance.user)


def _end_other_sessions(user: User) -> HttpRequest | None:
    """End the user's sessions but the one in which they do this themselves; return its request."""
    user.end_sessions()
    request: HttpRequest | None = context.request
    if request is None or request.user.pk != user.pk:
        return None
    request.user.refresh_from_db(fields=["session_epoch"])
    update_session_auth_hash(request, request.user)
    return request
