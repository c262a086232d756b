"""One user at one workshop, and what they told us."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from simple_history.models import HistoricalRecords

from foundation.core.audit import AddressedHistory
from foundation.series.models import LONG_TEXT, Workshop, WorkshopOwned
from registration.models.organisation import Affiliation, Organisation


class Status(models.TextChoices):
    """Where a registration stands. Moves are made by `registration.actions` alone."""

    SUBMITTED = "submitted", _("e-mail not yet proved")
    PENDING = "pending", _("waiting for an organiser")
    CONFIRMED = "confirmed", _("confirmed")
    WAITING = "waiting", _("on the waiting list")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def confirmed(self) -> Self:
        return self.filter(status=Status.CONFIRMED)


class Participant(WorkshopOwned):
    """One user at one workshop; carries the registration and its status."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workshop = models.ForeignKey(
        Workshop, models.CASCADE, related_name="participants", verbose_name=_("workshop")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="participants",
        verbose_name=_("user"),
    )
    badge_name = models.CharField(_("name as on the badge"), max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participants",
        verbose_name=_("organisation"),
    )
    other_organisation = models.CharField(
        _("organisation, if not on the list"), max_length=200, blank=True
    )
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    country = CountryField(_("country"))
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.SUBMITTED, editable=False
    )
    status_at = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    status_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("status set by"),
    )
    submitted_at = models.DateTimeField(_("registered at"), default=timezone.now, editable=False)
    affiliations = models.ManyToManyField(
        Affiliation,
        through="ParticipantAffiliation",
        related_name="participants",
        verbose_name=_("affiliations"),
    )

    history = HistoricalRecords(bases=[AddressedHistory])
    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["badge_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "user"], name="participant_once_per_user_and_workshop"
            ),
            models.CheckConstraint(
                name="participant_status_known", condition=models.Q(status__in=Status.values)
            ),
        ]
        indexes = [models.Index(fields=["workshop", "status"], name="participant_by_status")]

    def __str__(self):
        return self.badge_name

    @property
    def organisation_name(self) -> str:
        return self.organisation.name if self.organisation else self.other_organisation

    @property
    def is_confirmed(self) -> bool:
        return self.status == Status.CONFIRMED


class ParticipantAffiliationQuerySet(models.QuerySet):
    def verified(self):
        """The participant_affiliations that admit."""
        return self.filter(verified_at__isnull=False)

    def to_verify(self):
        """Claims that an organiser has still to look at."""
        coming = [Status.PENDING, Status.WAITING, Status.CONFIRMED]
        return self.filter(verified_at__isnull=True, participant__status__in=coming)


class ParticipantAffiliation(models.Model):
    """An affiliation of a participant: claimed on the form, verified by an organiser or invitation.

    Only verified ones admit.
    """

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="participant_affiliations"
    )
    affiliation = models.ForeignKey(
        Affiliation,
        models.PROTECT,
        related_name="participant_affiliations",
        verbose_name=_("affiliation"),
    )
    claimed_at = models.DateTimeField(_("claimed at"), default=timezone.now, editable=False)
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("verified by"),
    )

    history = HistoricalRecords(bases=[AddressedHistory])
    objects = ParticipantAffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation of a participant")
        verbose_name_plural = _("affiliations of the participant")
        ordering = ["affiliation__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "affiliation"], name="participant_affiliation_once"
            )
        ]

    def __str__(self):
        return str(self.affiliation)


class Attendance(models.Model):
    """A day on which a participant means to be there."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="attendances")
    on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("day attending")
        verbose_name_plural = _("days attending")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "on"], name="attendance_once_per_day")
        ]

    def __str__(self):
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

    def __str__(self):
        return str(self.participant)


class Consent(models.Model):
    """What a participant agreed to, in which version of the text, and when."""

    class To(models.TextChoices):
        CODE_OF_CONDUCT = "code-of-conduct", _("code of conduct")
        DATA = "data", _("use of personal data")

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="consents")
    to = models.CharField(_("to"), max_length=20, choices=To)
    version = models.CharField(_("version of the text"), max_length=40)
    given_at = models.DateTimeField(_("given at"), default=timezone.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "to", "version"], name="consent_once_per_version"
            )
        ]

    def __str__(self):
        return self.get_to_display()
