"""Mail of a workshop: written to the outbox in the transaction that causes it.

The worker (`manage.py worker`) delivers. What carries a secret link or code is scrubbed on
delivery and never shown to organisers; so is every mail that `Mail` doesn't know.
"""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from foundation.mail import outbox
from foundation.series.models import Workshop
from registration.models import Mail, Participant


def send(
    *,
    workshop: Workshop,
    to: str,
    kind: str,
    context: dict,
    participant: Participant | None = None,
    carries_secret: bool = False,
) -> Mail:
    """Put a mail into the outbox; it goes if, and only if, the caller's transaction commits.

    kind: names the templates `registration/mail/<kind>_subject.txt` and `<kind>.txt`; another
    app's is named with it, e.g. `worldcafe/reserved` for `worldcafe/mail/reserved.txt`. Each ends
    with `registration/mail/_end.txt`: from whom it is, and whom to write to. Times are told in the
    workshop's zone. An organiser can read the text later unless `carries_secret`.
    """
    context = {
        "workshop": workshop,
        "participant": participant,
        "contact_link": f"{settings.SITE_URL}{workshop.get_absolute_url()}#contact",
    } | context
    app, _slash, name = kind.rpartition("/")
    template = f"{app or 'registration'}/mail/{name}"
    with timezone.override(workshop.zone):
        subject = render_to_string(f"{template}_subject.txt", context)
        message = render_to_string(f"{template}.txt", context)
    email = outbox.send(
        recipients=[to],
        subject=" ".join(subject.split()),
        message=message,
        priority="medium",
    )
    return Mail.objects.create(
        workshop=workshop,
        participant=participant,
        email=email,
        kind=kind,
        carries_secret=carries_secret,
    )
