"""Forms that undo nothing: each saves what its reader changed, and what others changed stays.

A page brings back what it showed. So three values of every field are known: shown, typed, and as it
is now. Where both the reader and somebody else changed a field, nothing is saved; the form comes
back with what was typed and what it says now, and a second press decides.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.translation import gettext as _

from foundation.core.locking import lock
from foundation.core.sent import Sent, in_words, inside, mark_of, typed, untouched, with_line_ends

# What a page showed of a field: a mark; of a choice of several, the keys of those chosen.
Shown = str | list[str]
MOST = 100_000  # characters of it that are read


class OpenedWith(forms.CharField):
    """What the page showed. A forged one decides nothing but what counts as changed."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


@dataclass(frozen=True)
class Compared:
    """One field three times: as the page showed it, as it came back, as it is now.

    is_set: a choice of several that is merged one by one.
    """

    shown: Shown
    typed: Sent
    now: Sent
    is_set: bool

    @property
    def is_touched(self) -> bool:
        """Whether the reader changed it."""
        return shown_of(self.typed, self.is_set) != self.shown

    @property
    def is_changed(self) -> bool:
        """Whether somebody else changed it, and not to what was typed."""
        changed = shown_of(self.now, self.is_set) != self.shown
        return changed and mark_of(self.now) != mark_of(self.typed)

    @property
    def collides(self) -> bool:
        return self.is_touched and self.is_changed and not self.is_set

    def merged(self) -> Sent:
        """Return what the reader changed laid over what is now."""
        if not self.is_touched:
            return self.now
        if not self.is_set:
            return self.typed
        [(name, now)], [typed] = self.now.items(), self.typed.values()
        given, taken = set(typed) - set(self.shown), set(self.shown) - set(typed)
        return {name: sorted((set(now) - taken) | given)}


class UndoesNothing(forms.Form):
    """Mix into a form that changes something. Say in `is_change` and `read_again` what.

    decided_together: fields that are one decision, such as who is admitted. Where somebody else
    changed one of them, nothing is saved until the second press.
    """

    data: Any  # as it was sent; a copy to write into, once it is checked
    opened_with = OpenedWith(required=False)
    decided_together: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened_with"] = self.shown_now
        self.changed_elsewhere: list[str] = []
        self.gone: ValidationError | None = None

    @property
    def is_change(self) -> bool:
        """Whether the form is about something that is there already."""
        return True

    def read_again(self) -> None:
        """Lock what the form changes, and put into `initial` what it says now.

        Raises: a ValidationError where it is gone.
        """
        raise NotImplementedError

    def who_changed(self, name: str) -> str:
        """Return who changed a field last, and when, as far as it is known and may be told."""
        return ""

    def shown_now(self) -> str:
        """Return what `opened_with` carries on a page that shows what `initial` says."""
        if not self.is_change:
            return ""
        shown = {
            name: shown_of(untouched(self.fields[name], name, self._now(name)), self._is_set(name))
            for name in self._comparable()
        }
        return json.dumps(shown, separators=(",", ":"))

    def reader_changed(self) -> bool:
        """Return whether what was typed differs from what the page showed."""
        return any(each.is_touched for _name, each in self._compare())

    def full_clean(self) -> None:
        """Lay what the reader changed over what is now, before any of it is checked."""
        if self.is_bound:
            self.data = _editable(self.data)
            self._end_lines_alike()
            if self.is_change:
                self._meet_others()
        super().full_clean()

    def clean(self) -> dict[str, Any] | None:
        if self.gone:
            raise self.gone
        cleaned = super().clean()
        if self.changed_elsewhere:
            self.add_error(None, _("Nothing is saved yet: see what changed, then save again."))
        for name in self.changed_elsewhere:
            told = {
                "who": self.who_changed(name),
                "now": in_words(self.fields[name], self._now(name)),
            }
            sentence = _("Changed since you opened this page%(who)s. It says now: “%(now)s”.")
            self.add_error(name, sentence % told)
        return cleaned

    def _end_lines_alike(self) -> None:
        """A browser ends lines with two characters, what is stored with one."""
        for name in self.fields:
            key = self.add_prefix(name)
            if any("\r" in str(text) for text in self.data.getlist(key)):
                self.data.setlist(key, [with_line_ends(text) for text in self.data.getlist(key)])

    def _meet_others(self) -> None:
        try:
            self.read_again()
        except ValidationError as gone:
            self.gone = gone
            return
        compared = dict(self._compare())
        changed = {name for name, each in compared.items() if each.is_changed}
        colliding = {name for name, each in compared.items() if each.collides}
        told = colliding | (changed & self.decided_together)
        self.changed_elsewhere = [name for name in compared if name in told]
        for each in compared.values():
            for key, texts in each.merged().items():
                self.data.setlist(key, texts)
        self.data[self.add_prefix("opened_with")] = self.shown_now()

    def _compare(self) -> Iterator[tuple[str, Compared]]:
        """Compare each field of which the page says what it showed."""
        shown = _read(self.data.get(self.add_prefix("opened_with"), ""))
        for name in self._comparable():
            is_set = self._is_set(name)
            if _fits(shown.get(name), is_set):
                field, key = self.fields[name], self.add_prefix(name)
                now = untouched(field, key, self._now(name))
                yield name, Compared(shown[name], typed(field, key, self.data), now, is_set)

    def _comparable(self) -> list[str]:
        """The fields that their reader can change."""
        return [
            name
            for name, field in self.fields.items()
            if not (field.disabled or field.widget.is_hidden)
        ]

    def _now(self, name: str) -> Any:
        return self.get_initial_for_field(self.fields[name], name)

    def _is_set(self, name: str) -> bool:
        """One decision is not merged from two."""
        several = getattr(inside(self.fields[name].widget), "allow_multiple_selected", False)
        return several and name not in self.decided_together


class RowForm(UndoesNothing, forms.ModelForm):
    """A form of one row: it changes the row as it stands now, locked. Use it in a transaction."""

    @property
    def is_change(self) -> bool:
        return self.instance.pk is not None

    def read_again(self) -> None:
        """Read the row as it stands now; nobody else changes it until it is saved.

        Raises: a ValidationError where the row is gone.
        Locks: what `lock_row` says.
        """
        try:
            self.lock_row()
            self.instance.refresh_from_db()
        except ObjectDoesNotExist:
            raise ValidationError(_("This was deleted in the meantime."), code="gone") from None
        self.initial.update(model_to_dict(self.instance, fields=list(self.fields)))

    def lock_row(self) -> None:
        """Lock the row; override it where the lock order names another one before it."""
        lock(type(self.instance)._base_manager.all(), self.instance.pk)


def shown_of(sent: Sent, is_set: bool) -> Shown:
    """Return what a page carries of a field that it shows so."""
    return sorted(text for texts in sent.values() for text in texts) if is_set else mark_of(sent)


def _fits(shown: object, is_set: bool) -> bool:
    if is_set:
        return isinstance(shown, list) and all(isinstance(each, str) for each in shown)
    return isinstance(shown, str)


def _editable(data: Any) -> QueryDict:
    if isinstance(data, QueryDict):
        return data.copy()
    editable = QueryDict(mutable=True)
    for key, value in data.items():
        editable.setlist(key, value if isinstance(value, list | tuple) else [value])
    return editable


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text[:MOST])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
