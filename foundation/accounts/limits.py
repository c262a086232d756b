"""How often something may be tried: by mailbox and network together, loosely by network alone.

By the mailbox alone, a stranger who tries in somebody's name would shut its owner out.
`ACCOUNT_RATE_LIMITS` has the numbers.
"""

import time
from collections.abc import Iterator
from math import ceil

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_cache_key, get_ip, get_rates
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import ngettext

from foundation.core.refusals import Refused

APP = "allauth.account"  # under which allauth counts what it is asked to count


def count(request: HttpRequest, *, action: str, mailbox: str) -> None:
    """Count one more try at `action` for a mailbox, by the network that it comes from.

    Raises: too-often; the sentence says how long to wait.
    """
    key = key_of(request, mailbox)
    if not ratelimit.consume(request, action=action, key=key):
        seconds = max(_seconds_left(request, action, key), default=0)
        raise Refused("too-often", _wait(minutes=max(1, ceil(seconds / 60))))


def key_of(request: HttpRequest, mailbox: str) -> str:
    """Return what tells a mailbox and the network that asks for it from every other pair."""
    return f"{mailbox.lower()} {get_ip(request)}"


def _seconds_left(request: HttpRequest, action: str, key: str) -> Iterator[float]:
    """For each limit reached, until its oldest try no longer counts."""
    for rate in get_rates(app=APP, action=action):
        tries = cache.get(get_cache_key(request, app=APP, action=action, rate=rate, key=key), [])
        if len(tries) >= rate.amount:
            yield tries[-1] + rate.duration - time.time()


def _wait(*, minutes: int) -> str:
    return ngettext(
        "Too many attempts. Wait %(minutes)s minute, then try again.",
        "Too many attempts. Wait %(minutes)s minutes, then try again.",
        minutes,
    ) % {"minutes": minutes}
