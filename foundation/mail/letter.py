"""A message as it goes out: its headers, made of parsed addresses and nothing else."""

from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.encoding import punycode

from foundation.mail.models import Message


class NoAddress(ValueError):
    """Nobody can be written to at what stands in `Message.to`."""


def letter_of(message: Message) -> EmailMessage:
    """Return the mail to hand to the mail server: to one recipient, whatever stands in `to`.

    It comes from the site's address under the workshop's name; answers go to the workshop's first
    contact. No absence note answers it.

    Raises: NoAddress.
    """
    return EmailMessage(
        subject=message.subject,
        body=message.text,
        from_email=_sender(message),
        to=[recipient(message.to)],
        reply_to=_contact(message),
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )


def recipient(to: str) -> str:
    """Return one address, quoted where it must be; a comma in it stays inside.

    Raises: NoAddress.
    """
    try:
        parsed = Address(addr_spec=to)
        if parsed.username and parsed.domain:
            return Address(username=parsed.username, domain=punycode(parsed.domain)).addr_spec
    except (MessageError, ValueError, IndexError) as error:
        raise NoAddress from error
    raise NoAddress


def _sender(message: Message) -> str:
    if message.workshop is None:
        return str(settings.DEFAULT_FROM_EMAIL)
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    name = " ".join(message.workshop.title.split())
    return str(Address(display_name=name, addr_spec=address))


def _contact(message: Message) -> list[str]:
    if message.workshop is None:
        return []
    return [contact.email for contact in message.workshop.contacts.all()[:1]]
