"""What every organisers' form does with what can't be: a sentence, and everything typed is kept."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from foundation.core.refusals import Refused


class ScopedForm(forms.ModelForm):
    """What may stand once in a workshop, café or session is refused beside its field.

    refused: what an action said when this very form was about to be saved.
    """

    refused = ""

    def clean(self):
        if self.refused:
            raise ValidationError(self.refused)
        return super().clean()

    def _get_validation_exclusions(self):
        """What is unique in a workshop is checked though the workshop is only shown."""
        together = {
            name
            for constraint in self._meta.model._meta.total_unique_constraints
            if self.fields.keys() & set(constraint.fields)
            for name in constraint.fields
        }
        return super()._get_validation_exclusions() - (together - self.fields.keys())

    def _update_errors(self, errors):
        """Django says it of the whole form, and in words of the tables."""
        said = errors.update_error_dict({})
        for error in said.pop(NON_FIELD_ERRORS, []):
            field = NON_FIELD_ERRORS
            if error.code == "unique_together":
                field, error = self._taken(error.params["unique_check"])
            said.setdefault(field, []).append(error)
        super()._update_errors(ValidationError(said))

    def _taken(self, names) -> tuple[str, ValidationError]:
        """The field that most likely was mistyped, and the sentence that names them all."""
        row = self._meta.model._meta
        shown = [row.get_field(name) for name in names if name in self.fields]
        asked = [field for field in shown if field.name != "workshop"]
        typed = [field for field in asked if not field.choices] or asked
        told = {
            "row": row.verbose_name,
            "fields": get_text_list([str(field.verbose_name) for field in asked], _("and")),
        }
        sentence = _("Another %(row)s has the same %(fields)s already.")
        return typed[-1].name, ValidationError(sentence % told, code="unique")


class Refusing:
    """Mix into a screen: what an action or the database refuses is said on the form."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refused = getattr(request, "refused", "")
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Where an action refuses, or somebody else was faster, the form is checked again."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            request.refused = refused.sentence
        except IntegrityError:
            pass  # the form's own check finds now what the database found first
        return super().changeform_view(request, object_id, form_url, extra_context)


class NamedDeletion(forms.BaseInlineFormSet):
    """Rows whose box for deleting has a name, where the table has only a heading far above."""

    def get_deletion_widget(self):
        return forms.CheckboxInput(attrs={"aria-label": _("Delete")})
