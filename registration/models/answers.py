"""What a participant told us besides who they are."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.series.models import LONG_TEXT
from registration.models.participant import Participant


class Attendance(models.Model):
    """A day on which a participant means to be there."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="attendances")
    on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("day attending")
        verbose_name_plural = _("days attending")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "on"],
                name="attendance_once_per_day",
                # Asked at the end of each statement, so that all days can move in one.
                deferrable=models.Deferrable.IMMEDIATE,
            )
        ]

    def __str__(self) -> str:
        return str(self.on)


class SensitiveDetails(models.Model):
    """Dietary and access needs. A right of their own to read, erased after the workshop.

    Never in a list, an export or a history table.
    """

    participant = models.OneToOneField(
        Participant, models.CASCADE, primary_key=True, related_name="sensitive_details"
    )
    dietary = models.TextField(_("dietary needs"), blank=True, validators=[LONG_TEXT])
    access = models.TextField(_("access needs"), blank=True, validators=[LONG_TEXT])

    class Meta:
        verbose_name = _("sensitive details")
        verbose_name_plural = _("sensitive details")

    def __str__(self) -> str:
        return str(self.participant)
