"""A table of rows on their parent's screen, laid over the rows as they are now.

Somebody else may have added, changed or deleted rows since the page was opened. What they added
stays and is shown; what they deleted stays deleted, and where the reader had changed such a row,
their words come back as a new one.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.http import QueryDict
from django.utils.translation import gettext as _

from foundation.core.locking import lock_all
from foundation.core.sent import untouched

ROWS_ADDED = 50  # at most, to a table at once; each costs a part of a second to draw

# What was sent of one row, by the name of its field.
Row = dict[str, list[Any]]


class InlineRows(forms.BaseInlineFormSet):
    """Rows of which each saves what its reader changed.

    decides_admission: whether the rows say who is admitted. Then nothing is saved until the second
    press where somebody else added or deleted one.
    """

    # Where the stubs leave open what a table of an organisers' screen always has.
    data: Any
    form: Any
    model: Any
    queryset: Any
    prefix: str
    decides_admission = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said: list[str] = []

    @property
    def management_form(self) -> ManagementForm:
        """Return the counts of rows that were sent; refuse those that the page never had."""
        counts = super().management_form
        if self.is_bound and counts.is_valid():
            shown = counts.cleaned_data[INITIAL_FORM_COUNT] or 0
            sent = counts.cleaned_data[TOTAL_FORM_COUNT] or 0
            if not 0 <= shown <= sent <= len(self.get_queryset()) + ROWS_ADDED:
                raise BadRequest("Counts of rows that no page has")
        return counts

    # The stubs ask for a class, Django's documentation for a widget.
    def get_deletion_widget(self) -> forms.CheckboxInput:  # type: ignore[override]
        """Name the box for deleting: the table has only a heading far above."""
        return forms.CheckboxInput(attrs={"aria-label": _("Delete")})

    def full_clean(self) -> None:
        """Put the rows that are there now in the place of those that were on the page."""
        is_changed = self.is_bound and self.instance.pk is not None and not self.save_as_new
        if is_changed and "forms" not in vars(self):
            lock_all(self.queryset)
            if self.management_form.is_valid():
                self._meet_others()
        super().full_clean()

    def clean(self) -> None:
        if self.said:
            raise ValidationError([*self.said, _("Nothing is saved yet: look, then save again.")])
        super().clean()

    def _meet_others(self) -> None:
        self.data = self.data.copy()
        sent = self._taken_out()
        count, key = self.initial_form_count(), self.model._meta.pk.name
        opened = {row[key][-1]: row for n, row in sent.items() if n < count and row.get(key)}
        here = {str(each.pk): each for each in self.get_queryset()}
        rows = [opened[pk] if pk in opened else self._added(each) for pk, each in here.items()]
        gone = [row for pk, row in opened.items() if pk not in here]
        lost = [row for row in gone if self._reader_changed(row)]
        if lost or (gone and self.decides_admission):
            self.said.append(_("A row was deleted since you opened this page."))
        new = [row for n, row in sorted(sent.items()) if n >= count]
        self._put(rows, [*map(self._as_new, lost), *new])

    def _taken_out(self) -> dict[int, Row]:
        """The rows as they were sent, by their number; they are no longer in `data`."""
        pattern = re.compile(rf"{re.escape(self.prefix)}-(\d{{1,4}})-(.+)")
        found: dict[int, Row] = {}
        for name in list(self.data):
            if match := pattern.fullmatch(name):
                texts = self.data.pop(name)
                if int(match[1]) < self.total_form_count():
                    found.setdefault(int(match[1]), {})[match[2]] = texts
        return found

    def _added(self, each: Any) -> Row:
        """A row that somebody else added, as its page would send it."""
        if self.decides_admission:
            self.said.append(_("“%(row)s” was added since you opened this page.") % {"row": each})
        form = self.form(instance=each, **self.get_form_kwargs(None))
        row = {
            key: list(texts)
            for name, field in form.fields.items()
            if not field.disabled
            for key, texts in untouched(
                field, name, form.get_initial_for_field(field, name)
            ).items()
        }
        return row | {self.model._meta.pk.name: [str(each.pk)]}

    def _reader_changed(self, row: Row) -> bool:
        data = QueryDict(mutable=True)
        for name, texts in row.items():
            data.setlist(name, texts)
        probe = self.form(data, **self.get_form_kwargs(None))
        return bool(probe.reader_changed())

    def _as_new(self, row: Row) -> Row:
        return row | {self.model._meta.pk.name: [""], "opened_with": [""]}

    def _put(self, rows: list[Row], new: list[Row]) -> None:
        """Number the rows anew: those that are there come first, as Django wants them."""
        for n, row in enumerate([*rows, *new]):
            for name, texts in row.items():
                self.data.setlist(f"{self.prefix}-{n}-{name}", texts)
        self.data[f"{self.prefix}-INITIAL_FORMS"] = str(len(rows))
        self.data[f"{self.prefix}-TOTAL_FORMS"] = str(len(rows) + len(new))
