"""What became of a message, in words, and who may read its text."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.mail.backend import SIGN_IN
from foundation.mail.kinds import KINDS
from foundation.mail.models import Message, State
from foundation.series.roles import Staff, may


def fate_of(message: Message) -> str:
    """Return what became of `message`, with the mail server's last answer and when it was said."""
    words = " ".join(filter(None, [_state_of(message), message.last_answer]))
    if message.sent_again_at:
        at = clock.moment(message.sent_again_at, zone_of(message))
        return _("%(fate)s (sent again %(at)s)") % {"fate": words, "at": at}
    return words


def _state_of(message: Message) -> str:
    zone = zone_of(message)
    if message.delivered_at:
        return _("delivered %(at)s") % {"at": clock.moment(message.delivered_at, zone)}
    if message.is_late:
        return _("on its way: the mail server is away, or no worker runs")
    if message.state == State.QUEUED and message.last_answer:
        next_try = clock.moment(message.next_try_at, zone)
        return _("on its way, tried again %(at)s:") % {"at": next_try}
    if message.state == State.QUEUED:
        return _("on its way")
    return f"{message.get_state_display()}:"


def label_of(kind: str) -> str:
    """Return what organisers call a kind of message; its bare name where it is no longer ours."""
    if kind == SIGN_IN:
        return _("sign-in code")
    return str(KINDS[kind].label) if kind in KINDS else kind


def may_read(user: Staff, message: Message) -> bool:
    """Return whether `user` may read the text of `message`: its kind names the right.

    A secret one's text is shown to nobody, and a kind that is no longer ours to operators alone.
    """
    kind = KINDS.get(message.kind)
    if kind is None or message.workshop is None:
        return bool(user.is_superuser)
    return may(user, "view", kind.read_in, message.workshop)


def zone_of(message: Message) -> ZoneInfo:
    """Return whose clock a message is told by."""
    return message.workshop.zone if message.workshop else ZoneInfo("UTC")
