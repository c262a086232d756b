"""The screen of what was changed, when, by whom and from where."""

from dataclasses import replace
from datetime import datetime

from django.contrib.admin.utils import unquote
from django.utils.formats import date_format
from django.utils.timezone import localtime
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import ModelChange
from simple_history.template_utils import HistoricalRecordContextHelper

from foundation.core import clock


class OnRecord(SimpleHistoryAdmin):
    """A screen of a model whose every change is on record: to be read, never to be gone back to.

    The library's page of an earlier state saves it whole when asked: status and all, past every
    action and lock. So there is none; the list of changes says what was and what came.
    """

    def get_urls(self):
        earlier_state = f"{self.opts.app_label}_{self.opts.model_name}_simple_history"
        return [entry for entry in super().get_urls() if entry.name != earlier_state]

    def history_view(self, request, object_id, extra_context=None):
        """Of a row that the screen shows; the library would look past the screen's scope."""
        if self.get_object(request, unquote(object_id)) is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return super().history_view(request, object_id, extra_context)

    def get_historical_record_context_helper(self, request, historical_record):
        return WithWhatActionsSet(self.model, historical_record)


class WithWhatActionsSet(HistoricalRecordContextHelper):
    """Changes also of what no form edits, such as a status: the library leaves those out."""

    def context_for_delta_changes(self, delta):
        fixed = [f for f in delta.new_record.tracked_fields if not (f.editable or f.is_relation)]
        pairs = [
            ModelChange(
                each.name,
                getattr(delta.old_record, each.name),
                getattr(delta.new_record, each.name),
            )
            for each in fixed
        ]
        changes = [*delta.changes, *(pair for pair in pairs if pair.old != pair.new)]
        return super().context_for_delta_changes(replace(delta, changes=changes))

    def prepare_delta_change_value(self, change, value):
        """A moment by the workshop's clock, as the page tells all others."""
        if isinstance(value, datetime):
            return date_format(localtime(value), clock.MOMENT)
        return super().prepare_delta_change_value(change, value)
