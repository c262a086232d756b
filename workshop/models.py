"""What the site knows of itself: its duties, its requests, and what workshop files it loaded."""

from datetime import datetime, timedelta

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.series.models import Workshop

NOTED_EVERY = timedelta(seconds=10)  # delivering has a round a second, in each of its threads
ALIVE = timedelta(minutes=1)


class LastLoad(models.Model):
    """What the last load of a workshop's file wrote, so that the next knows what changed since.

    rows: by model and key of each row, the texts of the fields that the file has.
    """

    workshop = models.OneToOneField(Workshop, models.CASCADE, related_name="+")
    rows = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("last load of a workshop file")
        verbose_name_plural = _("last loads of workshop files")

    def __str__(self) -> str:
        return str(self.workshop)


class DutyRoundManager(models.Manager["DutyRound"]):
    def note(self, duty: str) -> None:
        """Write that a duty was done just now, unless that was written a moment ago."""
        now = timezone.now()
        if self.filter(duty=duty, seen_at__gt=now - NOTED_EVERY).exists():
            return
        self.bulk_create(
            [DutyRound(duty=duty, seen_at=now)],
            update_conflicts=True,
            unique_fields=["duty"],
            update_fields=["seen_at"],
        )

    def is_worker_alive(self, at: datetime) -> bool:
        """Return whether any duty was done in the minute before `at`."""
        return self.filter(seen_at__gt=at - ALIVE).exists()


class DutyRound(models.Model):
    """When a duty of the worker was last done to its end, by any worker."""

    duty = models.CharField(_("duty"), max_length=60, primary_key=True)
    seen_at = models.DateTimeField(_("last done"))

    objects = DutyRoundManager()

    class Meta:
        verbose_name = _("round of a duty")
        verbose_name_plural = _("rounds of duties")

    def __str__(self) -> str:
        return self.duty


class RequestCountManager(models.Manager["RequestCount"]):
    def add(self, counts: dict[tuple[str, int], int]) -> None:
        """Add to the counts by view and status, in one order, so that no two wait in a circle."""
        rows = [(view, status, count) for (view, status), count in sorted(counts.items())]
        with connection.cursor() as cursor:
            cursor.executemany(ADD, rows)


class RequestCount(models.Model):
    """How many requests of a view were answered with a status, by all web processes together.

    view: the name of the address, such as `agenda:session`; empty where nothing was found.
    """

    view = models.CharField(_("view"), max_length=100)
    status = models.PositiveSmallIntegerField(_("status"))
    count = models.PositiveBigIntegerField(_("count"))

    objects = RequestCountManager()

    class Meta:
        verbose_name = _("count of requests")
        verbose_name_plural = _("counts of requests")
        constraints = [
            models.UniqueConstraint(
                fields=["view", "status"], name="request_count_once_per_view_and_status"
            )
        ]

    def __str__(self) -> str:
        return f"{self.view} {self.status}: {self.count}"


ADD = """
    INSERT INTO workshop_requestcount (view, status, count) VALUES (%s, %s, %s)
    ON CONFLICT (view, status) DO UPDATE SET count = workshop_requestcount.count + EXCLUDED.count
"""
