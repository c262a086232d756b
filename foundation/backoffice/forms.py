"""What every organisers' form does: it changes the row as it stands now, and says what can't be."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    BadRequest,
    ObjectDoesNotExist,
    ValidationError,
)
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from foundation.core.locking import lock


class ScopedForm(forms.ModelForm):
    """The form of a screen. What it saves is laid over the row as it stands now, locked.

    refusal: what an action said when this very form was about to be saved.
    """

    refusal: ClassVar[str] = ""

    def clean(self) -> dict[str, Any] | None:
        if self.refusal:
            raise ValidationError(self.refusal)
        if self.instance.pk is not None:
            self.read_again()
        return super().clean()

    def read_again(self) -> None:
        """Read the row as it stands now; nobody else changes it until it is saved.

        The page was opened before, and the row was shown to be possible before. From here on,
        what was changed is told from the row as it is; here is where the three can be compared:
        what the page showed, what was typed, what is.

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

    def validate_unique(self) -> None:
        """Check also what is unique in a workshop that is only shown, because it never changes."""
        super().validate_unique()
        for constraint in self.instance._meta.constraints:
            names = set(getattr(constraint, "fields", ()))
            typed = names & self.fields.keys()
            # A constraint with all its fields on the form was checked by Django.
            if typed and typed != names and not typed & self.errors.keys():
                try:
                    constraint.validate(type(self.instance), self.instance)
                except ValidationError as error:
                    self.add_error(None, error)

    def add_error(self, field: str | None, error: Any) -> None:
        """Say what a constraint refuses beside the field that its error code names."""
        if field is None and isinstance(error, ValidationError):
            said = error.update_error_dict({})
            for each in said.pop(NON_FIELD_ERRORS, []):
                beside = each.code if each.code in self.fields else NON_FIELD_ERRORS
                said.setdefault(beside, []).append(each)
            error = ValidationError(said)
        super().add_error(field, error)


class InlineForm(ScopedForm):
    """A row in a table on its parent's screen."""

    def read_again(self) -> None:
        """Do nothing: the row was read after its parent was locked, which holds the whole table."""


ROWS_ADDED = 50  # at most, to a table at once; each costs a part of a second to draw


class LabelledDeletion(forms.BaseInlineFormSet):
    """Rows whose box for deleting has a name, where the table has only a heading far above."""

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
        return forms.CheckboxInput(attrs={"aria-label": _("Delete")})
