"""Which mail of the outbox went to which participant, and whether its body may be read later."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from post_office.models import Email

from foundation.series.models import Workshop, WorkshopOwned
from registration.models.participant import Participant


class Mail(WorkshopOwned):
    """One mail of a workshop. What carries a secret is never shown, and scrubbed on delivery."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="mails")
    participant = models.ForeignKey(
        Participant, models.SET_NULL, null=True, related_name="mails", verbose_name=_("participant")
    )
    email = models.OneToOneField(Email, models.CASCADE, related_name="workshop_mail")
    kind = models.CharField(_("kind"), max_length=40)
    carries_secret = models.BooleanField(_("carries a secret link or code"), default=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.email.subject
