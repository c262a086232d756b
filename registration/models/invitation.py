"""A personal, single-use, expiring link to register."""

import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core import clock
from foundation.core.addresses import is_spelt
from foundation.core.fields import AddressField, NameField
from foundation.core.history import keep_history
from foundation.series.models import Workshop, WorkshopOwned
from registration.models.organisation import Affiliation, Organisation
from registration.models.participant import Participant, Status


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def good_at(self, at: datetime) -> Self:
        """Return those neither used nor expired."""
        return self.filter(used_at__isnull=True, expires_at__gt=at)


class Invitation(WorkshopOwned):
    """Verifies the affiliations it names for whoever registers with it.

    The link is signed, not stored: `registration.links` makes it from the nonce, and a new nonce
    makes every older link void.
    """

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="invitations")
    email = AddressField(_("e-mail"), max_length=254)
    name = NameField(_("name"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("organisation"),
    )
    affiliations = models.ManyToManyField(
        Affiliation, blank=True, related_name="invitations", verbose_name=_("affiliations")
    )
    nonce = models.CharField(max_length=40, default=new_nonce, unique=True, editable=False)
    expires_at = models.DateTimeField(_("good until"))
    participant = models.OneToOneField(
        Participant,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="invitation",
        verbose_name=_("used by"),
    )
    used_at = models.DateTimeField(_("used at"), null=True, editable=False)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    history = keep_history(excluded_fields=["nonce"])
    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "email"],
                name="invitation_once_per_workshop_and_address",
                violation_error_code="email",
                violation_error_message=_(
                    "This address is invited already. Send that invitation again instead."
                ),
            ),
            models.CheckConstraint(
                name="invitation_expires_in_bounds",
                condition=models.Q(
                    expires_at__gte=clock.at_midnight(clock.EARLIEST),
                    expires_at__lte=clock.at_midnight(clock.LATEST),
                ),
                violation_error_code="expires_at",
                violation_error_message=_("Enter a date between 2000 and 2100."),
            ),
            models.CheckConstraint(
                name="invitation_email_spelt",
                violation_error_message=_("Enter the e-mail address as name@example.org."),
                condition=is_spelt("email"),
            ),
            models.CheckConstraint(
                name="invitation_used_by_and_at_together",
                violation_error_message=_("An invitation that was used says when."),
                condition=models.Q(participant__isnull=True) | models.Q(used_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def renew(self) -> None:
        """Give it a new link, good for its full time from now; every older one is void."""
        self.nonce = new_nonce()
        self.expires_at = timezone.now() + settings.INVITATION_GOOD_FOR
        self.save()

    def can_be_sent(self) -> bool:
        """Return whether nobody used it, or the registration that it brought was cancelled."""
        user = self.participant
        return self.used_at is None or (user is not None and user.status == Status.CANCELLED)

    def reopen(self) -> None:
        """Let it be used once more; the caller saves it."""
        self.used_at = self.participant = None

    def is_good(self, at: datetime | None = None) -> bool:
        return self.used_at is None and self.expires_at > (at or timezone.now())
