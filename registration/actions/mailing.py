"""Sending a mail of the outbox again."""

from django.db import transaction
from django.utils.translation import gettext as _
from post_office.models import STATUS, Email

from foundation.core.locking import lock
from foundation.core.refusals import Refused
from foundation.mail import outbox
from registration.models import Mail


@transaction.atomic
def send_again(*, mail: Mail) -> None:
    """Try a mail that was given up anew, or send one that was delivered a second time, as new.

    Refused: carries-secret, because a link or code is good once and its text is gone;
    still-waiting. Locks the mail, so that two who press at once send it once.
    """
    email = lock(Email.objects.all(), mail.email_id)
    if mail.carries_secret:
        raise Refused("carries-secret", _secret_sentence(email))
    if email.status in (STATUS.queued, STATUS.requeued):
        sentence = _("“%(subject)s” to %(to)s is still on its way; nothing was sent twice.")
        raise Refused("still-waiting", sentence % _names(email))
    if email.status == STATUS.failed:
        email.status, email.number_of_retries, email.scheduled_time = STATUS.queued, None, None
        email.save()
        return
    copy = outbox.send(
        recipients=email.to,
        subject=email.subject,
        message=email.message,
        html_message=email.html_message,
        sender=email.from_email,
    )
    Mail.objects.create(
        workshop_id=mail.workshop_id,
        participant_id=mail.participant_id,
        email=copy,
        kind=mail.kind,
        carries_secret=False,
    )


def _secret_sentence(email: Email) -> str:
    sentence = _(
        "“%(subject)s” to %(to)s carries a personal link and can’t be sent twice. Send an "
        "invitation again on its own screen; whoever registered gets a new link by sending the "
        "registration form once more."
    )
    return sentence % _names(email)


def _names(email: Email) -> dict:
    return {"subject": email.subject, "to": ", ".join(email.to)}
