"""What organisers do with messages."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.locking import lock
from foundation.core.refusals import Refused
from foundation.mail.compose import write
from foundation.mail.kinds import KINDS
from foundation.mail.models import Message, State


@transaction.atomic
def send_again(*, message: Message) -> None:
    """Send a message whose fate is known once more, as a new one; a secret, with a fresh link.

    A copy goes where the first went. A fresh link goes to whom it is for now.

    Raises: still-on-its-way, sent-again-already, no-fresh-link.
    Locks: the message, so that two who press at once send it once; an invitation sent anew.
    """
    message = lock(Message.objects.select_related("workshop"), message.pk)
    if message.state == State.QUEUED:
        sentence = _("“%(subject)s” to %(to)s is still on its way; nothing was sent twice.")
        raise Refused("still-on-its-way", sentence % _names(message))
    if message.sent_again_at:
        sentence = _("“%(subject)s” to %(to)s was sent again before: send the newest one again.")
        raise Refused("sent-again-already", sentence % _names(message))
    if message.is_secret:
        _send_anew(message)
    else:
        _send_copy(message)
    message.sent_again_at = timezone.now()
    message.save(update_fields=["sent_again_at"])


def _send_anew(message: Message) -> None:
    kind = KINDS.get(message.kind)
    if kind is None or not kind.send_anew(message):
        sentence = _(
            "“%(subject)s” to %(to)s carried a link or code that is good no longer, and there is "
            "no new one to send. Who needs a sign-in code asks for one on the sign-in page."
        )
        raise Refused("no-fresh-link", sentence % _names(message))


def _send_copy(message: Message) -> None:
    write(
        to=message.to,
        subject=message.subject,
        text=message.text,
        kind=message.kind,
        is_secret=False,
        priority=message.priority,
        workshop=message.workshop,
        user=message.user,
        about=message.about,
    )


def _names(message: Message) -> dict[str, str]:
    return {"subject": message.subject, "to": message.to}
