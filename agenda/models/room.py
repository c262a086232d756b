"""Where sessions happen."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.series.models import Workshop, WorkshopOwned


class Room(WorkshopOwned):
    """Where sessions happen."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=100)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    location = models.CharField(_("how to find it"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "name"],
                name="room_once_per_workshop",
                violation_error_code="name",
                violation_error_message=_("Another room has the same name already."),
            ),
            models.CheckConstraint(
                name="room_seats_positive",
                violation_error_message=_(
                    "A room has at least one seat; leave it empty for no limit."
                ),
                condition=Q(seats__isnull=True) | Q(seats__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name
