"""What the screens for people share."""

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils.formats import date_format

from workshop.admin_base import ScopedAdmin, ScopedHistoryAdmin
from workshop.models import Workshop
from workshop.refusals import Refused
from workshop.roles import Area, may


def moment_in_words(at, workshop: Workshop) -> str:
    """E.g. “4 Mar 2024, 09:05 (Asia/Bangkok)”; empty where there is none."""
    if at is None:
        return ""
    return f"{date_format(at.astimezone(workshop.zone), 'j M Y, H:i')} ({workshop.timezone})"


def day_in_words(at, workshop: Workshop) -> str:
    """E.g. “4 Mar 2024”: the day it was at the workshop."""
    return date_format(at.astimezone(workshop.zone), "j M Y")


class PeopleForm(forms.ModelForm):
    """refused: what an action said when this very form was about to be saved."""

    refused = ""

    def clean(self):
        if self.refused:
            raise ValidationError(self.refused)
        return super().clean()

    def _get_validation_exclusions(self):
        """What is unique in a workshop is checked though the workshop is only shown."""
        return super()._get_validation_exclusions() - {"workshop"}


class PlainChoices:
    """Choices without icons beside them: what can be chosen has a screen of its own."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


class PeopleAdmin(PlainChoices, ScopedAdmin):
    """A screen of the people's area. `row_actions` are buttons on a row's own page.

    Each of them is an action of the list, done with this one row.
    """

    area = Area.PEOPLE
    form = PeopleForm
    list_select_related = ["workshop"]

    def row_actions(self, request, obj) -> list[tuple[str, str]]:
        """Name and label of each action that is possible with `obj` now."""
        return []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and may(request.user, "change", self.area, self.workshop_of(obj)):
            context["row_actions"] = self.row_actions(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

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


class RecordedPeopleAdmin(PeopleAdmin, ScopedHistoryAdmin):
    """Every change is on record; the record is read, never written back past the actions."""

    def revert_disabled(self, request, obj=None):
        return True

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        if request.method == "POST":
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)
