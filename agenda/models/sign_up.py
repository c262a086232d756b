"""Who holds one of a session's limited seats."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from agenda.models.session import Session
from registration.models import Participant


class SignUp(models.Model):
    """One of a session's limited seats, taken. Made and given up by `agenda.actions` alone."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="sign_ups")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="sign_ups")
    # The session's time, repeated here so that the database can refuse an overlap.
    during = DateTimeRangeField(_("during"))
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["session", "participant"], name="sign_up_once"),
            ExclusionConstraint(
                name="sign_ups_never_overlap",
                violation_error_message=_(
                    "This person has a seat in another session at that time."
                ),
                expressions=[
                    (
                        Func(
                            F("participant"),
                            F("participant"),
                            Value("[]"),
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.session}"

    def clean(self) -> None:
        """Refuse a participant of another workshop."""
        if self.participant.workshop_id != self.session.workshop_id:
            raise ValidationError(_("This participant belongs to another workshop."))
