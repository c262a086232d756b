"""Who participants come from, and the affiliations in which they attend."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from foundation.core.fields import NameField, NameKeyField
from foundation.core.history import keep_history
from foundation.core.names import SortedName, name_key
from foundation.series.models import Workshop, WorkshopOwned


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def claimable(self) -> Self:
        """Return those that people may claim on the form; all others are only given."""
        return self.filter(can_be_claimed=True)


class Affiliation(WorkshopOwned):
    """In what role someone attends, e.g. ECPAT member. Only verified ones admit."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="affiliations")
    slug = models.SlugField(_("short name"), max_length=60)
    name = NameField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=300, blank=True)
    can_be_claimed = models.BooleanField(
        _("can be claimed"),
        default=True,
        help_text=_("Offered on the form. Without the tick it is only given, e.g. by invitation."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["position", SortedName("name")]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "slug"],
                name="affiliation_once_per_workshop",
                violation_error_code="slug",
                violation_error_message=_("Another affiliation has the same short name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of_name(self, name: str, country: str) -> "Organisation | None":
        """Return the one of this name and country, however cased, spaced or encoded."""
        return self.filter(name_key=name_key(name), country=country).first()


class Organisation(WorkshopOwned):
    """Who a participant comes from; has a country.

    name_key: what tells one name from another, however cased, spaced or encoded.
    """

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="organisations")
    name = NameField(_("name"), max_length=200)
    name_key = NameKeyField(max_length=400, editable=False)
    country = CountryField(_("country"))
    affiliations = models.ManyToManyField(
        Affiliation, blank=True, related_name="organisations", verbose_name=_("affiliations")
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"), null=True, blank=True, help_text=_("How many may come. Empty: no limit.")
    )

    history = keep_history(excluded_fields=["name_key"])
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = [SortedName("name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "name_key", "country"],
                name="organisation_once_per_workshop",
                violation_error_code="name",
                violation_error_message=_(
                    "Another organisation has the same name and country already."
                ),
            ),
            models.CheckConstraint(
                name="organisation_seats_positive",
                violation_error_message=_(
                    "An organisation has at least one seat; leave it empty for no limit."
                ),
                condition=Q(seats__isnull=True) | Q(seats__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.name_key = name_key(self.name)
