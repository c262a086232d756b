"""What a workshop's public pages show besides: who is behind it, whom to ask, what to read."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from foundation.core.addresses import is_spelt
from foundation.core.fields import AddressField, NameField
from foundation.series.models.workshop import LONG_TEXT, Workshop, WorkshopOwned


class Partner(WorkshopOwned):
    """An organisation behind the workshop; an alliance names its members under it."""

    class Part(models.TextChoices):
        CONVENER = "convener", _("Convener")
        FUNDER = "funder", _("Funder")
        PARTNER = "partner", _("Partner")
        DONOR = "donor", _("Core donor")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="partners")
    part = models.CharField(_("part"), max_length=20, choices=Part)
    name = NameField(_("name"), max_length=200)
    text = models.TextField(_("text"), blank=True, validators=[LONG_TEXT])
    url = models.URLField(_("address on the web"), blank=True)
    member_of = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("member of the alliance"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "part", "name"],
                name="partner_once_per_workshop_and_part",
                violation_error_code="name",
                violation_error_message=_("Another partner has the same part and name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Contact(WorkshopOwned):
    """Whom to ask, by what they do; shown to everybody."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="contacts")
    role = models.CharField(_("for"), max_length=200)
    name = NameField(_("name"), max_length=200, blank=True)
    email = AddressField(_("e-mail"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "role"],
                name="contact_once_per_workshop_and_role",
                violation_error_code="role",
                violation_error_message=_("There is a contact for this already."),
            ),
            models.CheckConstraint(
                name="contact_email_spelt",
                violation_error_message=_("Enter the e-mail address as name@example.org."),
                condition=is_spelt("email"),
            ),
        ]

    def __str__(self) -> str:
        return self.role


class Resource(WorkshopOwned):
    """Something to read beforehand: a report, a briefing, a data insight."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Country report")
        BRIEFING = "briefing", _("Advocacy briefing")
        INSIGHT = "insight", _("Data insight")
        OTHER = "other", _("Other")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="resources")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    country = CountryField(_("country"), blank=True)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    url = models.URLField(_("address on the web"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "kind", "country", "title"],
                name="resource_once_per_workshop",
                violation_error_code="title",
                violation_error_message=_(
                    "Another resource has the same kind, country and title already."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title
