"""What participants agreed to."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.series.models import TextVersion
from registration.models.participant import Participant


class Consent(models.Model):
    """What a participant agreed to, to the letter, and when."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="consents")
    version = models.ForeignKey(
        TextVersion, models.PROTECT, related_name="consents", verbose_name=_("text")
    )
    given_at = models.DateTimeField(_("given at"), default=timezone.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "version"], name="consent_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return self.version.get_kind_display()
