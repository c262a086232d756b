"""What was taken from a participant, or moved, and by what: on record, and to be given back."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registration.models.participant import Participant, Status


class LossQuerySet(models.QuerySet["Loss"]):
    def to_give_back(self) -> Self:
        """Return what was taken and has not come back."""
        return self.filter(restored_at__isnull=True)


class Loss(models.Model):
    """Something that a participant held and holds no longer, or that was moved.

    Written by `registration.actions.losing` alone, in the transaction that took it; the person is
    told by a message. Erased with the sensitive details.
    what: in words that tell no session that is closed to anybody. ref: the key of what was held,
    for whoever gives it back. status: from which status a registration was moved.
    """

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("registration")
        AFFILIATION = "affiliation", _("affiliation")
        ADMISSION = "admission", _("admission to a session")
        SIGN_UP = "sign-up", _("seat at a session")
        ROLE = "role", _("role at a session")
        TABLE = "table", _("World Café table")
        MOVED = "moved", _("moved")

    class Cause(models.TextChoices):
        CHANGED = "changed", _("changed")
        CANCELLED = "cancelled", _("registration cancelled")
        SESSION_CANCELLED = "session-cancelled", _("session cancelled")

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="losses", verbose_name=_("participant")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause, default=Cause.CHANGED)
    what = models.CharField(_("what"), max_length=300)
    ref = models.BigIntegerField(null=True)
    status = models.CharField(max_length=12, choices=Status, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    restored_at = models.DateTimeField(_("given back at"), null=True)

    objects = LossQuerySet.as_manager()

    class Meta:
        verbose_name = _("loss")
        verbose_name_plural = _("losses")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="loss_status_of_registrations",
                violation_error_message=_("Only a registration that was lost has a status."),
                condition=models.Q(kind="registration") | models.Q(status=""),
            )
        ]

    def __str__(self) -> str:
        return self.what

    def give_back(self) -> None:
        """Note that they have it again."""
        self.restored_at = timezone.now()
        self.save(update_fields=["restored_at"])
