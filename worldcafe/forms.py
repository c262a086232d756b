"""What presenters fill in: their practice, and which table."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.fields import Line, Paragraphs
from foundation.core.locking import lock
from foundation.core.old_pages import RowForm
from foundation.core.widgets import QuickSelect
from registration.models import Participant
from worldcafe.access import free_tables_for
from worldcafe.models import Reservation, Table


class PracticeForm(RowForm):
    """What is presented at a table. Shape only: `worldcafe.actions` decides."""

    class Meta:
        model = Reservation
        fields = ["practice", "country", "summary", "brings"]
        field_classes = {"practice": Line, "summary": Paragraphs, "brings": Paragraphs}
        widgets = {
            "country": QuickSelect,
            "summary": forms.Textarea(attrs={"rows": 6}),
            "brings": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "practice": _("At most 150 characters. Everybody who sees the World Café reads it."),
            "summary": _(
                "What you tried and what came of it, in at most 1,500 characters. Everybody who "
                "sees the World Café reads it; leave out names and whatever could identify a child."
            ),
            "brings": _(
                "Material, a video, an activity; what you need at the table. At most 500 "
                "characters. Read by confirmed participants and the organisers."
            ),
        }

    def lock_row(self) -> None:
        """Lock the host, whose row holds all that is theirs, as in `worldcafe.actions`."""
        lock(Participant.objects.all(), self.instance.host_id)


# Django's class takes no parameter where it runs.
class TableField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among free tables of all cafés."""

    default_error_messages = {
        "invalid_choice": _("This table was just taken. Choose another."),
    }

    def label_from_instance(self, table: Table) -> str:
        """Return where and when the table is, with its note."""
        session = table.cafe.session
        label = f"{session.title}, {session.time_in_words()}: {table}"
        return f"{label} ({table.note})" if table.note else label


class ChoosesTable(forms.BaseForm):
    """Mix into a form: its table is chosen among those that `participant` could have at `at`.

    free: these tables, read once. Who chooses must still be asked: see `worldcafe.actions`.
    """

    def __init__(self, *args: Any, participant: Participant, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(TableField, self.fields["table"])
        field.queryset = free_tables_for(participant, at)
        self.free = list(field.queryset)
        labels = [(table.pk, field.label_from_instance(table)) for table in self.free]
        field.choices = [("", _("Choose a table")), *labels]


class MoveForm(ChoosesTable, forms.Form):
    """Another free table, here or on the other day."""

    table = TableField(queryset=None, label=_("Free tables"))


class ElsewhereForm(ChoosesTable, PracticeForm):
    """The practice, kept as it was typed, for another table than the one that was just taken."""

    table = TableField(queryset=None, label=_("Another free table"))
    field_order = ["table"]
