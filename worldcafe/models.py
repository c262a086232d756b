"""World Cafés, their tables, and who presents where."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.deletion import Collector
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from agenda.models import Session
from foundation.core import clock
from foundation.core.history import keep_history
from foundation.series.models import LONG_TEXT, Workshop
from registration.access import Viewer
from registration.models import Participant


class CafeQuerySet(models.QuerySet["Cafe"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the cafés whose session the viewer may read in full: the agenda's rule."""
        return self.filter(session__in=Session.objects.visible_to(viewer))

    def open_at(self, at: datetime) -> Self:
        """Return the coming cafés, not cancelled, whose tables can be reserved at that moment."""
        return self.filter(
            reservations_open_at__lte=at,
            reservations_close_at__gt=at,
            session__ends_at__gt=at,
            session__cancelled_at=None,
        )


class Cafe(models.Model):
    """The World Café of one day: a session with tables."""

    session = models.OneToOneField(
        Session, models.CASCADE, related_name="cafe", verbose_name=_("session")
    )
    reservations_open_at = models.DateTimeField(_("reservations open"))
    reservations_close_at = models.DateTimeField(_("reservations close"))
    introduction = models.TextField(
        _("introduction"), blank=True, validators=[LONG_TEXT], help_text=_("Markdown.")
    )

    history = keep_history()
    objects = CafeQuerySet.as_manager()

    class Meta:
        verbose_name = _("World Café")
        verbose_name_plural = _("World Cafés")
        ordering = ["session__starts_at"]
        constraints = [
            models.CheckConstraint(
                name="cafe_reservations_close_after_open",
                condition=Q(reservations_close_at__gt=F("reservations_open_at")),
                violation_error_code="reservations_close_at",
                violation_error_message=_("Reservations close later than they open."),
            ),
            models.CheckConstraint(
                name="cafe_dates_in_bounds",
                condition=Q(
                    reservations_open_at__gte=clock.at_midnight(clock.EARLIEST),
                    reservations_close_at__lte=clock.at_midnight(clock.LATEST),
                ),
                violation_error_message=_("Enter dates between 2000 and 2100."),
            ),
        ]

    def __str__(self) -> str:
        return self.session.title

    @property
    def workshop(self) -> Workshop:
        """Return the workshop of the café's session."""
        return self.session.workshop

    def reservations_are_open(self, at: datetime | None = None) -> bool:
        """Return whether tables can be reserved at that moment, or now."""
        return self.reservations_open_at <= (at or timezone.now()) < self.reservations_close_at


class TableQuerySet(models.QuerySet["Table"]):
    def free(self) -> Self:
        """Return the tables that nobody holds."""
        held = Reservation.objects.active().filter(table=OuterRef("pk"))
        return self.filter(~Exists(held))


class Table(models.Model):
    """A table in a café, drawn on the floor plan at x and y.

    x and y: the table's middle, in hundredths of the room's width and depth from its top left.
    """

    cafe = models.ForeignKey(
        Cafe, models.CASCADE, related_name="tables", verbose_name=_("World Café")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    seats = models.PositiveSmallIntegerField(_("seats"), default=8)
    x = models.PositiveSmallIntegerField(_("across"), default=50)
    y = models.PositiveSmallIntegerField(_("down"), default=50)
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("E.g. beside the window, with a socket.")
    )

    history = keep_history()
    objects = TableQuerySet.as_manager()

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering = ["cafe", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["cafe", "number"],
                name="table_once_per_cafe",
                violation_error_code="number",
                violation_error_message=_("Another table has the same number already."),
            ),
            models.CheckConstraint(
                name="table_seats_positive",
                violation_error_message=_("A table has at least one seat."),
                condition=Q(seats__gt=0),
            ),
            models.CheckConstraint(
                name="table_inside_the_room",
                violation_error_message=_("Across and down are numbers from 0 to 100."),
                condition=Q(x__lte=100) & Q(y__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Table %(number)s") % {"number": self.number})

    def get_absolute_url(self) -> str:
        """Return the address of the table's page."""
        session = self.cafe.session
        return reverse("worldcafe:table", args=[session.workshop.slug, session.slug, self.number])

    def where_and_when(self) -> str:
        """Return e.g. “Table 5, World Café, second day (Tue 5 March, 16:00–17:00)”."""
        session = self.cafe.session
        return f"{self}, {session.title} ({session.time_in_words()})"


def keep_held_tables(
    collector: Collector, field: "models.Field[Any, Any]", rows: Any, using: str
) -> None:
    """Keep a table that somebody holds; one that is free goes, and only history tells who held it.

    Raises: ProtectedError.
    """
    if held := rows.filter(released_at=None):
        models.PROTECT(collector, field, held, using)
    models.CASCADE(collector, field, rows, using)


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def active(self) -> Self:
        """Return the reservations that hold a table: those not released."""
        return self.filter(released_at__isnull=True)


class Reservation(models.Model):
    """A host's table, with the emerging practice to be presented.

    Made, moved and released by `worldcafe.actions` alone; a released one stays on record.
    """

    table = models.ForeignKey(
        Table, keep_held_tables, related_name="reservations", verbose_name=_("table")
    )
    host = models.ForeignKey(
        Participant, models.PROTECT, related_name="reservations", verbose_name=_("host")
    )
    practice = models.CharField(_("title of the practice"), max_length=150)
    country = CountryField(_("country where it was tried"))
    summary = models.TextField(_("summary"), max_length=1500)
    brings = models.TextField(
        _("what you bring"),
        max_length=500,
        blank=True,
        help_text=_("Material, a video, an activity; what you need at the table."),
    )
    reserved_at = models.DateTimeField(_("reserved at"), default=timezone.now, editable=False)
    released_at = models.DateTimeField(_("released at"), null=True, editable=False)

    history = keep_history()
    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-reserved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["table"],
                condition=Q(released_at__isnull=True),
                name="reservation_one_active_per_table",
                violation_error_message=_("This table was just taken."),
            ),
            # A participant is one user at one workshop: so one host, one table a workshop.
            models.UniqueConstraint(
                fields=["host"],
                condition=Q(released_at__isnull=True),
                name="reservation_one_active_per_host",
                violation_error_message=_("This person holds a table already."),
            ),
            models.CheckConstraint(
                name="reservation_released_after_reserved",
                violation_error_message=_("A table is released after it was reserved."),
                condition=Q(released_at__isnull=True) | Q(released_at__gte=F("reserved_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.practice
