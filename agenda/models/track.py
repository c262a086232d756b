"""The threads that run through the days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.series.models import Workshop, WorkshopOwned


class Track(WorkshopOwned):
    """A thread that runs through the days."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="tracks")
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "name"],
                name="track_once_per_workshop",
                violation_error_code="name",
                violation_error_message=_("Another track has the same name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
