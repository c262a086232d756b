"""Who works on a workshop, and what they looked at."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core.history import keep_history
from foundation.series.models.workshop import Workshop, WorkshopOwned
from foundation.series.roles import Duty


class Role(WorkshopOwned):
    """What a member of staff does at a workshop; without one they see nothing of it."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles")
    duty = models.CharField(_("role"), max_length=20, choices=Duty)

    history = keep_history()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "user"],
                name="role_once_per_workshop_and_user",
                violation_error_code="user",
                violation_error_message=_(
                    "This person has a role at this workshop already. Change that role."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_duty_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the role; its holder signs in anew, so that no older session gains rights by it."""
        super().save(*args, **kwargs)
        self.user.end_sessions()


class AccessRecord(models.Model):
    """Who looked at sensitive details or took an export, of whom, when and from where.

    Written by `foundation.series.audit.record`; never changed.
    """

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="access_records")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="access_records"
    )
    what = models.CharField(_("what"), max_length=200)
    about = models.CharField(_("about"), max_length=200, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user}: {self.what}"
