"""The Workshop itself, and what every row of it shares."""

from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from foundation.core import clock
from foundation.core.history import keep_history
from foundation.core.markup import to_html
from foundation.series.roles import Area, Right, Staff, workshop_ids

RESERVED_SLUGS = {
    "accounts",
    "admin",
    "demo",
    "healthz",
    "media",
    "metrics",
    "readyz",
    "robots.txt",
    "static",
}
MOST_DAYS = 31
NIGHT_ENDS = time(6)  # the last night is the last day's until then
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
    is_published = models.BooleanField(_("published"), default=False)

    history = keep_history()
    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        ordering = ["starts_on", "slug"]
        constraints = [
            models.CheckConstraint(
                name="workshop_ends_after_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_code="ends_on",
                violation_error_message=_("A workshop ends on its first day at the earliest."),
            ),
            models.CheckConstraint(
                name="workshop_lasts_a_month_at_most",
                condition=Q(ends_on__lt=F("starts_on") + Value(MOST_DAYS)),
                violation_error_code="ends_on",
                violation_error_message=_("A workshop lasts 31 days at most."),
            ),
            models.CheckConstraint(
                name="workshop_dates_in_bounds",
                condition=Q(
                    starts_on__gte=clock.EARLIEST,
                    ends_on__lte=clock.LATEST,
                    registration_opens_at__gte=clock.at_midnight(clock.EARLIEST),
                    registration_closes_at__lte=clock.at_midnight(clock.LATEST),
                ),
                violation_error_message=_("Enter dates between 2000 and 2100."),
            ),
            models.CheckConstraint(
                name="workshop_registration_closes_after_opens",
                violation_error_message=_("Registration closes later than it opens."),
                condition=Q(registration_closes_at__gt=F("registration_opens_at")),
            ),
            models.CheckConstraint(
                name="workshop_seats_positive",
                violation_error_message=_(
                    "A workshop has at least one seat; leave it empty for no limit."
                ),
                condition=Q(seats__isnull=True) | Q(seats__gt=0),
            ),
            models.CheckConstraint(
                name="workshop_slug_not_reserved",
                violation_error_message=_(
                    "This short name is an address of the site itself; choose another."
                ),
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; keep every text that people agree to as a version, and a former short name."""
        before = Workshop.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        super().save(*args, **kwargs)
        if before and before != self.slug:
            FormerSlug.objects.filter(slug=before).delete()  # another workshop's, perhaps
            FormerSlug.objects.create(slug=before, workshop=self)
        TextVersion.objects.current(self)

    def get_absolute_url(self) -> str:
        return reverse("workshop:home", args=[self.slug])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def dates(self) -> list[date]:
        """Every day of the workshop, first to last."""
        count = (self.ends_on - self.starts_on).days + 1
        return [self.starts_on + timedelta(days=n) for n in range(count)]

    def has_day_of(self, starts_at: datetime) -> bool:
        """Return whether what begins at a moment begins on a day of the workshop."""
        return bool(self.starts_on <= starts_at.astimezone(self.zone).date() <= self.ends_on)

    def is_over_after(self, ends_at: datetime) -> bool:
        """Return whether what ends at a moment ends before the last night is over."""
        night = datetime.combine(self.ends_on + timedelta(days=1), NIGHT_ENDS)
        return bool(ends_at.astimezone(self.zone).replace(tzinfo=None) <= night)

    def registration_is_open(self, at: datetime | None = None) -> bool:
        return self.registration_opens_at <= (at or timezone.now()) < self.registration_closes_at


class FormerSlug(models.Model):
    """A short name that a workshop had once: its old addresses lead on.

    One that is a workshop's own now is not looked up here.
    """

    slug = models.SlugField(_("former short name"), max_length=60, unique=True)
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="former_slugs")

    class Meta:
        verbose_name = _("former short name")
        verbose_name_plural = _("former short names")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class TextVersionQuerySet(models.QuerySet["TextVersion"]):
    def current(self, workshop: Workshop) -> list["TextVersion"]:
        """Return the versions that `workshop` shows now, of each text that it has.

        What was not kept yet is kept by it.
        """
        texts = {
            TextVersion.Kind.CODE_OF_CONDUCT: workshop.code_of_conduct,
            TextVersion.Kind.DATA: workshop.data_notice,
        }
        return [self._kept(workshop, kind, text) for kind, text in texts.items() if text]

    def _kept(self, workshop: Workshop, kind: "TextVersion.Kind", text: str) -> "TextVersion":
        version, _is_new = self.get_or_create(
            workshop=workshop, kind=kind, digest=digest_of(text), defaults={"text": text}
        )
        return version


class TextVersion(models.Model):
    """A text that people agree to, as it once stood: kept when a workshop is saved, never changed.

    A text that goes back to what it was is that version again.
    """

    class Kind(models.TextChoices):
        CODE_OF_CONDUCT = "code-of-conduct", _("code of conduct")
        DATA = "data", _("use of personal data")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="text_versions")
    kind = models.CharField(_("text"), max_length=20, choices=Kind)
    text = models.TextField(_("wording"))
    digest = models.CharField(_("digest"), max_length=64, help_text=_("SHA-256 of the wording."))
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = TextVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a text")
        verbose_name_plural = _("versions of the texts")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "kind", "digest"], name="text_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.digest[:8]}"

    @property
    def html(self) -> SafeString:
        """The wording as it is shown."""
        return to_html(self.text)


def digest_of(text: str) -> str:
    """Return what tells one wording from another: its SHA-256, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


class WorkshopOwned(models.Model):
    """A row that belongs to one workshop, and whose relations stay inside it."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, verbose_name=_("workshop"))

    class Meta:
        abstract = True

    def clean(self) -> None:
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
