"""One person at one workshop, and their affiliations."""

import uuid
from typing import Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Case, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from foundation.accounts.models import User
from foundation.core.addresses import is_spelt
from foundation.core.fields import AddressField, NameField
from foundation.core.history import keep_history
from foundation.core.names import SortedName
from foundation.series.models import Workshop, WorkshopOwned
from registration.models.organisation import Affiliation, Organisation


class Status(models.TextChoices):
    """Where a registration stands. Moves are made by `registration.actions` alone."""

    PENDING = "pending", _("awaiting decision")
    CONFIRMED = "confirmed", _("confirmed")
    WAITING = "waiting", _("on the waiting list")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def confirmed(self) -> Self:
        """Return those who are coming. Seats are counted by it: the protected have one, too."""
        return self.filter(status=Status.CONFIRMED)

    def listed(self) -> Self:
        """Return those who may stand in a list, a directory, an export or a count of people.

        Every one of these starts from here: a protected participant is in none.
        """
        return self.filter(is_protected=False)


def shown_name(path: str = "") -> Case:
    """Return, in SQL, what `Participant.shown_name` is.

    path: from the row to its participant, e.g. "host__"; empty for participants themselves.
    """
    is_protected = When(**{f"{path}is_protected": True}, then=f"{path}alias")
    return Case(is_protected, default=f"{path}badge_name")


class Participant(WorkshopOwned):
    """One person at one workshop; carries the registration and its status.

    user: their own sign-in. contact: who fills in their forms, and sees no session by it. Each may
    be missing, never both. unproved_email: an address that the contact gave for them, or to which
    an organiser corrects theirs; it becomes `user` once its owner has opened the link that we
    mailed to it. alias: shown instead of the name of a protected participant.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workshop = models.ForeignKey(
        Workshop, models.CASCADE, related_name="participants", verbose_name=_("workshop")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participants",
        verbose_name=_("user"),
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="looked_after",
        verbose_name=_("contact"),
    )
    unproved_email = AddressField(
        _("new e-mail, not confirmed yet"),
        max_length=254,
        blank=True,
        help_text=_(
            "To correct the address, write the right one here. We mail it a link. Until its owner "
            "opens that, nothing changes; then the old address is told."
        ),
    )
    badge_name = NameField(_("name as on the badge"), max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participants",
        verbose_name=_("organisation"),
    )
    other_organisation = NameField(
        _("organisation, if not on the list"), max_length=200, blank=True
    )
    job_title = NameField(_("job title"), max_length=120, blank=True)
    country = CountryField(_("country"))
    is_protected = models.BooleanField(
        _("protected"),
        default=False,
        help_text=_(
            "A survivor, a minor, a defender at risk. Only the alias is shown, and to organisers "
            "alone the name; no list, export or count of people has them."
        ),
    )
    alias = NameField(
        _("alias"),
        max_length=120,
        blank=True,
        help_text=_("On the badge and on screens, instead of the name."),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.PENDING, editable=False
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

    history = keep_history()
    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = [SortedName("badge_name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "user"], name="participant_once_per_user_and_workshop"
            ),
            models.CheckConstraint(
                name="participant_has_user_or_contact",
                violation_error_message=_(
                    "A participant has an e-mail of their own, or a contact."
                ),
                condition=models.Q(user__isnull=False) | models.Q(contact__isnull=False),
            ),
            models.CheckConstraint(
                name="participant_contact_is_another",
                violation_error_message=_("The contact is somebody else than the participant."),
                condition=models.Q(user__isnull=True)
                | models.Q(contact__isnull=True)
                | ~models.Q(user=models.F("contact")),
            ),
            models.CheckConstraint(
                name="participant_protected_has_alias",
                violation_error_message=_(
                    "Enter an alias: a protected participant appears under it."
                ),
                condition=models.Q(is_protected=False) | ~models.Q(alias=""),
            ),
            models.CheckConstraint(
                name="participant_unproved_email_spelt",
                violation_error_message=_("Enter the e-mail address as name@example.org."),
                condition=is_spelt("unproved_email"),
            ),
            models.CheckConstraint(
                name="participant_status_known",
                violation_error_message=_("This status is not known."),
                condition=models.Q(status__in=Status.values),
            ),
        ]
        indexes = [models.Index(fields=["workshop", "status"], name="participant_by_status")]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name on the badge and on every screen: of a protected participant, the alias."""
        return self.alias if self.is_protected else self.badge_name

    @property
    def choice_label(self) -> str:
        """The name with organisation and country, where one of two alike gets a right."""
        if self.is_protected:
            return self.shown_name
        beside = ", ".join(filter(None, [self.organisation_name, str(self.country.name)]))
        return f"{self.shown_name} ({beside})"

    @property
    def registrant(self) -> User:
        """Who sent the form: the person, or the contact of one without a sign-in of their own."""
        return cast(User, self.user or self.contact)

    @property
    def organisation_name(self) -> str:
        return self.organisation.name if self.organisation else self.other_organisation

    @property
    def is_confirmed(self) -> bool:
        return self.status == Status.CONFIRMED


class ParticipantAffiliationQuerySet(models.QuerySet["ParticipantAffiliation"]):
    def verified(self) -> Self:
        """Return the affiliations that admit, which are the verified ones."""
        return self.filter(verified_at__isnull=False)

    def to_verify(self) -> Self:
        """Return the claims that an organiser has still to look at."""
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

    _history_user: User | None  # both are read by the library that keeps the history
    _change_reason: str
    history = keep_history()
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

    def __str__(self) -> str:
        return str(self.affiliation)
