"""A registration form that was sent: it waits until its sender's address is proved."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core.addresses import is_spelt
from foundation.core.fields import AddressField
from foundation.core.names import name_key
from foundation.series.models import Workshop, WorkshopOwned
from registration.models.participant import Participant


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def waiting(self) -> Self:
        """Return those that can still be confirmed: neither closed nor past their link's time."""
        since = timezone.now() - settings.VERIFY_LINK_GOOD_FOR
        return self.filter(closed_at=None, sent_at__gt=since)


class Submission(WorkshopOwned):
    """A form that anybody may have sent with somebody's address. Nobody's registration yet.

    Each waits for itself and changes no other; a participant is made of the one that is confirmed
    by its mailed link, or by whoever signs in with the address. Then all others for the same
    person are closed, and what was written in them is erased.

    user: whose address it came with: the person's or, is_for_other, their contact's. own_email:
    the person's own, where the contact gave one. answers: see `registration.actions.submitting`.
    participant: who it became.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="submissions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="submissions", verbose_name=_("user")
    )
    is_for_other = models.BooleanField(default=False)
    own_email = AddressField(max_length=254, blank=True)
    answers = models.JSONField(default=dict)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    participant = models.ForeignKey(
        Participant, models.CASCADE, null=True, related_name="submissions"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("form sent")
        verbose_name_plural = _("forms sent")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="submission_closed_keeps_no_answers",
                violation_error_message=_(
                    "A form that is closed keeps nothing that was written in it."
                ),
                condition=models.Q(closed_at__isnull=True) | models.Q(answers={}),
            ),
            models.CheckConstraint(
                name="submission_closed_where_it_became_somebody",
                violation_error_message=_("A form that became a registration is closed."),
                condition=models.Q(participant__isnull=True) | models.Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_own_email_spelt",
                violation_error_message=_("Enter the e-mail address as name@example.org."),
                condition=is_spelt("own_email"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def badge_name(self) -> str:
        """The name that was written in it; "" once it is closed."""
        told = cast("dict[str, Any]", self.answers)
        return str(told.get("badge_name", ""))

    @property
    def is_good(self) -> bool:
        return self.closed_at is None and self.time_left > timedelta()

    @property
    def time_left(self) -> timedelta:
        """How long its link can be used still."""
        ends: datetime = self.sent_at + settings.VERIFY_LINK_GOOD_FOR
        return ends - timezone.now()

    def is_of(self, participant: Participant) -> bool:
        """Return whether its sender meant this person: themselves, or somebody of this name."""
        if self.is_for_other != (participant.user_id != self.user_id):
            return False
        same_name = name_key(self.badge_name) == name_key(participant.badge_name)
        return same_name or not self.is_for_other

    def move_days(self, by: timedelta) -> None:
        """Let its sender still mean the same day of a workshop that has moved."""
        days = [date.fromisoformat(day) + by for day in self.answers["days"]]
        self.answers["days"] = [day.isoformat() for day in days]
        self.save()

    def close(self, participant: Participant | None = None) -> None:
        """Erase what was written in it; it became `participant`, or nobody."""
        self.answers, self.own_email = {}, ""
        self.closed_at, self.participant = timezone.now(), participant
        self.save()
