"""What happens when, where, and whom a session admits."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation.core import clock
from foundation.core.audit import AddressedHistory
from foundation.series.models import LONG_TEXT, Workshop, WorkshopOwned
from registration.access import Viewer
from registration.models import Affiliation, Participant, ParticipantAffiliation, Status


class Day(WorkshopOwned):
    """One day of the workshop: what it is about and how it works."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="days")
    on = models.DateField(_("date"))
    title = models.CharField(_("title"), max_length=200)
    focus = models.TextField(_("focus"), blank=True, validators=[LONG_TEXT])
    method = models.TextField(_("method"), blank=True, validators=[LONG_TEXT])

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "on"],
                name="day_once_per_workshop",
                violation_error_code="on",
                violation_error_message=_("Another day has the same date already."),
            )
        ]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        if self.workshop_id and self.on and self.on not in self.workshop.dates:
            raise ValidationError({"on": _("This date lies outside the workshop.")})


class Room(WorkshopOwned):
    """Where sessions happen."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=100)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    location = models.CharField(_("how to find it"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "name"],
                name="room_once_per_workshop",
                violation_error_code="name",
                violation_error_message=_("Another room has the same name already."),
            ),
            models.CheckConstraint(
                name="room_seats_positive", condition=Q(seats__isnull=True) | Q(seats__gt=0)
            ),
        ]

    def __str__(self):
        return self.name


class Track(WorkshopOwned):
    """A thread that runs through the days."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="tracks")
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "name"],
                name="track_once_per_workshop",
                violation_error_code="name",
                violation_error_message=_("Another track has the same name already."),
            )
        ]

    def __str__(self):
        return self.name


class SessionQuerySet(models.QuerySet):
    """Everything that shows a session starts from `visible_to` or `listed_for`."""

    def visible_to(self, viewer: Viewer):
        """The sessions of the viewer's workshop that the viewer may read in full."""
        admitting = self.filter(self._admits(viewer), workshop=viewer.workshop)
        return admitting.annotate(is_visible=Value(True))

    def listed_for(self, viewer: Viewer):
        """`visible_to` and the restricted sessions listed with a lock, marked by `is_visible`.

        Of a session that is not visible only title, time and who it is for may be shown: hand the
        rows to `agenda.access.entries`, which keeps everything else back.
        """
        sessions = self.filter(workshop=viewer.workshop).annotate(is_visible=self._admits(viewer))
        return sessions.filter(Q(is_visible=True) | Q(listing=Session.Listing.LOCKED))

    def clashing_with(self, session: "Session"):
        """Other sessions in the same room while `session` lasts; back-to-back is no clash."""
        if session.room_id is None:
            return self.none()
        return self.exclude(pk=session.pk).filter(
            room=session.room_id, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at
        )

    @staticmethod
    def _admits(viewer: Viewer):
        """The rule, once: open to all; restricted to verified affiliations and invitees by name."""
        if viewer.reads_all_sessions:
            return Q(Value(True))
        is_open = Q(access=Session.Access.OPEN)
        if viewer.participant is None:
            return is_open
        # Two lists of keys, each read once: cheaper than asking again for every session.
        verified = ParticipantAffiliation.objects.verified().filter(
            participant=viewer.participant, affiliation__admitted_to__isnull=False
        )
        invited = Session.invitees.through.objects.filter(participant=viewer.participant)
        return (
            is_open
            | Q(pk__in=verified.order_by().values("affiliation__admitted_to"))
            | Q(pk__in=invited.values("session"))
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
        _("places"),
        null=True,
        blank=True,
        help_text=_("Limited places are taken by sign-up. Empty: come as you are."),
    )

    history = HistoricalRecords(bases=[AddressedHistory], m2m_fields=[affiliations, invitees])
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
                name="session_ends_after_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="session_seats_positive", condition=Q(seats__isnull=True) | Q(seats__gt=0)
            ),
            ExclusionConstraint(
                name="session_room_not_used_twice",
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
                condition=Q(room__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["workshop", "starts_at"], name="session_by_start")]

    def __str__(self):
        return self.title

    def clean(self):
        """Refuse, with a sentence beside the field, what the database would refuse."""
        super().clean()
        if not (self.workshop_id and self.starts_at and self.ends_at):
            return
        if self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("A session ends after it starts.")})
        workshop, times = self.workshop, {"starts_at": self.starts_at, "ends_at": self.ends_at}
        outside = _("The workshop lasts from %(first)s to %(last)s.") % {
            "first": date_format(workshop.starts_on, "j F"),
            "last": date_format(workshop.ends_on, "j F Y"),
        }
        errors = {
            field: outside
            for field, at in times.items()
            if not workshop.starts_on <= at.astimezone(workshop.zone).date() <= workshop.ends_on
        }
        if clash := Session.objects.clashing_with(self).first():
            errors["room"] = _("%(room)s is taken by “%(session)s”, %(time)s.") % {
                "room": self.room,
                "session": clash,
                "time": clash.time_in_words(),
            }
        if errors:
            raise ValidationError(errors)

    def time_in_words(self) -> str:
        """Return when the session is, by the workshop's clock."""
        return clock.period(self.starts_at, self.ends_at, self.workshop.zone)

    def get_absolute_url(self):
        return reverse("agenda:session", args=[self.workshop.slug, self.slug])

    def people_for(self, viewer: Viewer):
        """Who has a role at the session: told to confirmed participants and organisers alone.

        Nobody protected is named.
        """
        if viewer.participant is None and not viewer.reads_all_sessions:
            return SessionRole.objects.none()
        coming = self.roles.filter(
            participant__status=Status.CONFIRMED, participant__is_protected=False
        )
        return coming.select_related("participant__organisation")


class SessionRole(models.Model):
    """A participant's role at a session."""

    class Role(models.TextChoices):
        FACILITATOR = "facilitator", _("Facilitator")
        SPEAKER = "speaker", _("Speaker")
        RAPPORTEUR = "rapporteur", _("Rapporteur")

    session = models.ForeignKey(Session, models.CASCADE, related_name="roles")
    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="session_roles", verbose_name=_("participant")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)

    class Meta:
        verbose_name = _("role at the session")
        verbose_name_plural = _("roles at the session")
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant", "role"],
                name="session_role_once",
                violation_error_code="role",
                violation_error_message=_("This participant has this role already."),
            )
        ]

    def __str__(self):
        return f"{self.get_role_display()}: {self.participant}"


class SignUp(models.Model):
    """One of a session's limited places, taken. Made and given back by `agenda.actions` alone."""

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

    def __str__(self):
        return f"{self.participant}: {self.session}"

    def clean(self):
        if self.participant.workshop_id != self.session.workshop_id:
            raise ValidationError(_("This participant belongs to another workshop."))
