"""One thing that happens: when, where, and whom it admits."""

import uuid
from collections.abc import Collection
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agenda.access import admits
from agenda.models.room import Room
from agenda.models.track import Track
from foundation.core import clock
from foundation.core.history import keep_history
from foundation.series.models import LONG_TEXT, Workshop, WorkshopOwned
from registration.access import Viewer
from registration.models import Affiliation, Participant


class SessionQuerySet(models.QuerySet["Session"]):
    """Everything that shows a session starts from `visible_to` or `listed_for`."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the sessions of the viewer's workshop that the viewer may read in full."""
        admitting = self.filter(admits(viewer), workshop=viewer.workshop)
        return admitting.annotate(is_visible=Value(True))

    def listed_for(self, viewer: Viewer) -> Self:
        """Return those of `visible_to`, and with a lock the restricted ones so listed.

        `is_visible` tells them apart: of a session that is not visible only title, time and who it
        is for may be shown. `agenda.listing` keeps everything else back.
        """
        sessions = self.filter(workshop=viewer.workshop).annotate(is_visible=admits(viewer))
        return sessions.filter(Q(is_visible=True) | Q(listing=Session.Listing.LOCKED))

    def clashing_with(self, session: "Session") -> Self:
        """Return other sessions in its room while `session` lasts; back-to-back is no clash.

        A cancelled session leaves its room to others.
        """
        if session.room_id is None or session.cancelled_at:
            return self.none()
        return self.exclude(pk=session.pk).filter(
            room=session.room_id,
            cancelled_at=None,
            starts_at__lt=session.ends_at,
            ends_at__gt=session.starts_at,
        )


class Session(WorkshopOwned):
    """One thing that happens at a time in a room, and whom it admits."""

    class Kind(models.TextChoices):
        PLENARY = "plenary", _("Plenary")
        WORKING_GROUP = "working-group", _("Working group")
        THEMATIC_TABLE = "thematic-table", _("Thematic table")
        FORUM = "forum", _("Forum")
        WORLD_CAFE = "world-cafe", _("World Café")
        BREAK = "break", _("Break")
        SOCIAL = "social", _("Social")

    class Access(models.TextChoices):
        OPEN = "open", _("open: every confirmed participant")
        RESTRICTED = "restricted", _("restricted: admitted affiliations and invitees")

    class Listing(models.TextChoices):
        LOCKED = "locked", _("locked: others see title, time and who it is for")
        HIDDEN = "hidden", _("hidden: others don't see it at all")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workshop = models.ForeignKey(
        Workshop, models.CASCADE, related_name="sessions", verbose_name=_("workshop")
    )
    slug = models.SlugField(_("short name in addresses"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    abstract = models.TextField(
        _("text"), blank=True, validators=[LONG_TEXT], help_text=_("Markdown.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PLENARY)
    track = models.ForeignKey(
        Track,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("track"),
    )
    room = models.ForeignKey(
        Room,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("room"),
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    access = models.CharField(_("access"), max_length=12, choices=Access, default=Access.RESTRICTED)
    listing = models.CharField(
        _("if restricted, listed as"), max_length=8, choices=Listing, default=Listing.HIDDEN
    )
    affiliations = models.ManyToManyField(
        Affiliation,
        blank=True,
        related_name="admitted_to",
        verbose_name=_("admitted affiliations"),
    )
    invitees = models.ManyToManyField(
        Participant, blank=True, related_name="invited_to", verbose_name=_("invitees by name")
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"),
        null=True,
        blank=True,
        help_text=_("Limited seats are taken by sign-up. Empty: come as you are."),
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    is_visible: bool  # given by `visible_to` and `listed_for`

    history = keep_history(
        m2m_fields=[affiliations, invitees],
        excluded_fields=["updated_at"],
    )
    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "ends_at", "room__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "slug"],
                name="session_slug_once_per_workshop",
                violation_error_code="slug",
                violation_error_message=_(
                    "Another session has the same short name in addresses already."
                ),
            ),
            models.CheckConstraint(
                name="session_ends_after_starts",
                violation_error_message=_("A session ends after it starts."),
                condition=Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="session_seats_positive",
                violation_error_message=_(
                    "A session has at least one seat; leave it empty for no limit."
                ),
                condition=Q(seats__isnull=True) | Q(seats__gt=0),
            ),
            ExclusionConstraint(
                name="session_room_not_used_twice",
                violation_error_message=_("This room is used by another session at that time."),
                # A room's key as a range of one needs no extension; [) lets back-to-back pass.
                expressions=[
                    (
                        Func(F("room"), F("room"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("starts_at"), F("ends_at"), Value("[)"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(room__isnull=False, cancelled_at__isnull=True),
                # Asked at the end of each statement, so that all sessions can move in one.
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]
        indexes = [models.Index(fields=["workshop", "starts_at"], name="session_by_start")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep a former short name: its old address leads on."""
        rows = Session.objects.filter(pk=self.pk)
        before = rows.values_list("slug", flat=True).first() if self.pk else None
        super().save(*args, **kwargs)
        if before and before != self.slug:
            kept = Session.former_slugs.rel.related_model._default_manager
            kept.update_or_create(workshop=self.workshop, slug=before, defaults={"session": self})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Check the room with whether the session is cancelled, which no form says."""
        super().validate_constraints(set(exclude or ()) - {"cancelled_at"})

    def clean(self) -> None:
        """Refuse, with a sentence beside the field, what the database would refuse."""
        super().clean()
        if not (self.workshop_id and self.starts_at and self.ends_at):
            return
        if self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("A session ends after it starts.")})
        errors = self._outside_workshop()
        if clash := Session.objects.clashing_with(self).first():
            errors["room"] = _("%(room)s is taken by “%(session)s”, %(time)s.") % {
                "room": self.room,
                "session": clash,
                "time": clash.time_in_words(),
            }
        if errors:
            raise ValidationError(errors)

    def _outside_workshop(self) -> dict[str, str]:
        """A sentence for each end of the session that lies outside its workshop's dates."""
        workshop = self.workshop
        sentence = _("The workshop lasts from %(first)s to %(last)s.") % {
            "first": date_format(workshop.starts_on, "j F"),
            "last": date_format(workshop.ends_on, "j F Y"),
        }
        errors = {}
        if not workshop.has_day_of(self.starts_at):
            errors["starts_at"] = sentence
        if not workshop.is_over_after(self.ends_at):
            errors["ends_at"] = sentence
        return errors

    def time_in_words(self) -> str:
        """Return when the session is, by the workshop's clock."""
        return clock.period(self.starts_at, self.ends_at, self.workshop.zone)

    def get_absolute_url(self) -> str:
        """Return the address of the session's page."""
        return reverse("agenda:session", args=[self.workshop.slug, self.slug])
