"""The Workshop itself: what it is, who is behind it, who works on it; and what all apps share."""

from datetime import date, timedelta
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from simple_history.models import HistoricalRecords

from foundation.core.audit import AddressedHistory
from foundation.series.roles import Area, Duty, Right, Staff, workshop_ids

RESERVED_SLUGS = {"accounts", "admin", "demo", "healthz", "media", "robots.txt", "static"}
LONG_TEXT = MaxLengthValidator(20_000)


def validate_workshop_slug(slug: str) -> None:
    """Refuse a slug that is the beginning of another address of the site."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is an address of the site itself; choose another."),
            params={"slug": slug},
        )


def validate_timezone(name: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone; write one like Asia/Bangkok."), params={"name": name}
        )


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def published(self) -> Self:
        """Return the workshops that the public may see."""
        return self.filter(is_published=True)

    def coming(self) -> Self:
        """Return the workshops that are not over: today is their last day at the latest."""
        return self.filter(ends_on__gte=timezone.now().date())

    def staffed_by(self, user: Staff, right: Right, area: Area) -> Self:
        """Return the workshops where `user` has `right` in `area`: all, for an operator."""
        if user.is_superuser:
            return self.all()
        return self.filter(pk__in=workshop_ids(user, right, area))


class Workshop(models.Model):
    """One edition of the series. Owns its participants, affiliations, agenda and tables."""

    slug = models.SlugField(
        _("short name in addresses"),
        unique=True,
        max_length=60,
        validators=[validate_workshop_slug],
    )
    title = models.CharField(_("title"), max_length=200)
    theme = models.CharField(_("theme"), max_length=300, blank=True)
    region = models.CharField(_("region"), max_length=200)
    summary = models.TextField(_("in one paragraph"), blank=True, validators=[LONG_TEXT])
    about = models.TextField(
        _("about"), blank=True, validators=[LONG_TEXT], help_text=_("Markdown.")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    timezone = models.CharField(
        _("time zone"), max_length=60, default="UTC", validators=[validate_timezone]
    )
    venue = models.CharField(_("venue"), max_length=200)
    venue_address = models.CharField(_("address of the venue"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=100)
    country = CountryField(_("country"))
    practical = models.TextField(
        _("practical information"),
        blank=True,
        validators=[LONG_TEXT],
        help_text=_("For confirmed participants: getting there, rooms, meals. Markdown."),
    )
    registration_opens_at = models.DateTimeField(_("registration opens"))
    registration_closes_at = models.DateTimeField(_("registration closes"))
    seats = models.PositiveIntegerField(
        _("seats"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    code_of_conduct = models.TextField(_("code of conduct"), blank=True, validators=[LONG_TEXT])
    data_notice = models.TextField(_("data notice"), blank=True, validators=[LONG_TEXT])
    texts_version = models.CharField(
        _("version of both texts"),
        max_length=40,
        default="1",
        help_text=_("Stored with each consent; change it whenever a text changes."),
    )
    is_published = models.BooleanField(_("published"), default=False)

    history = HistoricalRecords(bases=[AddressedHistory])
    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        ordering = ["starts_on", "slug"]
        constraints = [
            models.CheckConstraint(
                name="workshop_ends_after_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="workshop_registration_closes_after_opens",
                condition=Q(registration_closes_at__gt=F("registration_opens_at")),
            ),
            models.CheckConstraint(
                name="workshop_seats_positive",
                condition=Q(seats__isnull=True) | Q(seats__gt=0),
            ),
            models.CheckConstraint(
                name="workshop_slug_not_reserved", condition=~Q(slug__in=sorted(RESERVED_SLUGS))
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("workshop:home", args=[self.slug])

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def dates(self) -> list[date]:
        """Every day of the workshop, first to last."""
        count = (self.ends_on - self.starts_on).days + 1
        return [self.starts_on + timedelta(days=n) for n in range(count)]

    def registration_is_open(self, at=None) -> bool:
        at = at or timezone.now()
        return self.registration_opens_at <= at < self.registration_closes_at


class WorkshopOwned(models.Model):
    """A row that belongs to one workshop, and whose relations stay inside it."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, verbose_name=_("workshop"))

    class Meta:
        abstract = True

    def clean(self):
        """Refuse a relation to a row of another workshop, whoever chose it."""
        super().clean()
        if self.workshop_id is None:
            return
        strangers = {}
        for field in self._meta.fields:
            if field.is_relation and field.related_model is not Workshop:
                other = getattr(self, field.name, None)
                if getattr(other, "workshop_id", self.workshop_id) != self.workshop_id:
                    strangers[field.name] = _("This belongs to another workshop.")
        if strangers:
            raise ValidationError(strangers)


class Role(WorkshopOwned):
    """What a member of staff does at a workshop; without one they see nothing of it."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles")
    duty = models.CharField(_("role"), max_length=20, choices=Duty)

    history = HistoricalRecords(bases=[AddressedHistory])

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

    def __str__(self):
        return f"{self.user}: {self.get_duty_display()}"


class Partner(WorkshopOwned):
    """An organisation behind the workshop; an alliance names its members under it."""

    class Part(models.TextChoices):
        CONVENER = "convener", _("Convener")
        FUNDER = "funder", _("Funder")
        PARTNER = "partner", _("Partner")
        DONOR = "donor", _("Core donor")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="partners")
    part = models.CharField(_("part"), max_length=20, choices=Part)
    name = models.CharField(_("name"), max_length=200)
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

    def __str__(self):
        return self.name


class Contact(WorkshopOwned):
    """Whom to ask, by what they do; shown to everybody."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="contacts")
    role = models.CharField(_("for"), max_length=200)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"))
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
            )
        ]

    def __str__(self):
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

    def __str__(self):
        return self.title


class AccessRecord(models.Model):
    """Who looked at sensitive details or took an export, of whom, when and from where.

    Written by `workshop.audit.record`; never changed.
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

    def __str__(self):
        return f"{self.user}: {self.what}"
