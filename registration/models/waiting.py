"""The workshop's waiting list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.offers.models import Entry, EntryQuerySet, one_open_entry
from registration.models.participant import Participant


class WaitingListEntry(Entry):
    """A participant in line for a seat of their workshop."""

    participant = models.ForeignKey(
        Participant,
        models.CASCADE,
        related_name="waiting_list_entries",
        verbose_name=_("participant"),
    )

    objects = EntryQuerySet["WaitingListEntry"].as_manager()

    class Meta(Entry.Meta):
        verbose_name = _("entry in the waiting list")
        verbose_name_plural = _("entries in the waiting list")
        ordering = ["joined_at", "pk"]
        constraints = [*Entry.Meta.constraints, one_open_entry("participant")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_state_display()}"
