"""What every organisers' form does: it changes the row as it stands now, and says what can't be."""

from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from foundation.core.history import last_change_in_words
from foundation.core.old_pages import RowForm


class ScopedForm(RowForm):
    """The form of a screen. What its reader changed is laid over the row as it stands now, locked.

    refusal: what an action said when this very form was about to be saved.
    """

    refusal: ClassVar[str] = ""

    def clean(self) -> dict[str, Any] | None:
        if self.refusal:
            raise ValidationError(self.refusal)
        return super().clean()

    def who_changed(self, name: str) -> str:
        """Return who changed a field last, and when, where a history tells it."""
        return last_change_in_words(self.instance, name)

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
