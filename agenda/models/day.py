"""The days of a workshop, told in words."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.core import clock
from foundation.series.models import LONG_TEXT, Workshop, WorkshopOwned


class Day(WorkshopOwned):
    """One day of the workshop: what it is about and how it works."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="days")
    on = models.DateField(_("date"))
    title = models.CharField(_("title"), max_length=200)
    focus = models.TextField(_("focus"), blank=True, validators=[LONG_TEXT])
    method = models.TextField(_("method"), blank=True, validators=[LONG_TEXT])

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "on"],
                name="day_once_per_workshop",
                # Asked at the end of each statement, so that all days can move in one.
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_code="on",
                violation_error_message=_("Another day has the same date already."),
            ),
            models.CheckConstraint(
                name="day_in_bounds",
                condition=models.Q(on__gte=clock.EARLIEST, on__lte=clock.LATEST),
                violation_error_code="on",
                violation_error_message=_("Enter a date between 2000 and 2100."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a date outside the workshop."""
        super().clean()
        if self.workshop_id and self.on and self.on not in self.workshop.dates:
            raise ValidationError({"on": _("This date lies outside the workshop.")})
