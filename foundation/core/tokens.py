"""Secret links: a signed text that names what it opens, never stored.

Whoever has the link has the right. What it opens holds a nonce or a stamp that goes into the
token: with a new one every older link is void. Nothing that carries a token is logged.
"""

from datetime import timedelta

from django.core import signing


def sign(purpose: str, *parts: str) -> str:
    """Return a token that opens what `parts` name, for this purpose and no other."""
    return signing.dumps(list(parts), salt=purpose)


def read(purpose: str, token: str, *, good_for: timedelta | None = None) -> list[str] | None:
    """Return the parts that were signed; None where the token is old, forged or for another use."""
    try:
        parts: list[str] = signing.loads(token, salt=purpose, max_age=good_for)
    except signing.BadSignature:
        return None
    return parts
