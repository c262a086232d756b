"""Where signing in leads back to: the page that somebody came from."""

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest


def came_from(request: HttpRequest) -> str:
    """Return the page of this site that signing in leads back to, or nothing.

    It goes along in the address and the forms, and is kept with a sign-in that has begun.
    """
    begun = request.session.get(LOGIN_SESSION_KEY) or {}
    return get_next_redirect_url(request) or begun.get("redirect_url") or ""
