"""Writing messages. The worker delivers them."""

from email.utils import make_msgid, parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from foundation.mail.kinds import Kind
from foundation.mail.models import Message
from foundation.series.models import Workshop

# Whose mailbox it is: the user model stands on a higher floor.
Owner = Any


def send(
    kind: Kind,
    *,
    to: str,
    workshop: Workshop,
    user: Owner = None,
    about: UUID | None = None,
    is_protected: bool = False,
) -> Message:
    """Write a message; it goes if, and only if, the caller's transaction commits.

    Times are told in the workshop's zone. about: the public id of the participant it is about.
    """
    context = kind.context() | {
        "workshop": workshop,
        "contact_link": f"{settings.SITE_URL}{workshop.get_absolute_url()}#contact",
    }
    with timezone.override(workshop.zone):
        subject, text = (render_to_string(template, context) for template in kind.templates())
    return write(
        to=to,
        subject=subject,
        text=text,
        kind=kind.name,
        is_secret=kind.is_secret,
        priority=kind.priority,
        workshop=workshop,
        user=user,
        about=about,
        is_protected=is_protected,
    )


def write(*, to: str, subject: str, text: str, **fields: Any) -> Message:
    """Write a message as it stands: nothing in it is taken for a template."""
    return Message.objects.create(
        to=to,
        subject=" ".join(subject.split())[:500],
        text=text,
        # The same at every try, so that a mail taken twice is shown once.
        message_id=make_msgid(domain=_domain()),
        **fields,
    )


def _domain() -> str | None:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or None
