"""A screen of a model with a history: what was changed, when, by whom and from where."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import HistoricalChanges, ModelChange, ModelDelta
from simple_history.template_utils import HistoricalRecordContextHelper

from foundation.backoffice.scoped import ScopedAdmin
from foundation.core import clock


class AuditedAdmin(ScopedAdmin, SimpleHistoryAdmin):
    """A screen whose every change is kept: to be read, never to be gone back to.

    The library's page of an earlier state saves it whole when asked: status and all, past every
    action and lock. So there is none; the list of changes says what was and what came.
    """

    def get_urls(self) -> list[URLPattern]:
        earlier_state = f"{self.opts.app_label}_{self.opts.model_name}_simple_history"
        return [entry for entry in super().get_urls() if entry.name != earlier_state]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the changes of a row by its workshop's clock.

        Of a row that the screen shows: the library would look past the screen's scope. To be read,
        not sent to: the library would take a form for one to go back to an earlier state.
        """
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        row = self.get_object(request, unquote(object_id))
        if row is None:
            sentence = _("What you looked for is not there. Perhaps it was deleted.")
            self.message_user(request, sentence, messages.WARNING)
            return redirect(f"{self.admin_site.name}:index")
        timezone.activate(self.workshop_of(row).zone)
        context = {"told_besides": self.history_besides(request, row)} | (extra_context or {})
        return super().history_view(request, object_id, context)

    def history_besides(self, request: HttpRequest, row: Any) -> "list[Told]":
        """Return what changed besides the row's own fields, in words, the newest first."""
        return []

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: HistoricalChanges
    ) -> HistoricalRecordContextHelper:
        return ChangesByActions(self.model, historical_record)


@dataclass(frozen=True)
class Told:
    """One change in words: when, what, by whom."""

    at: datetime
    what: str
    by: object


class ChangesByActions(HistoricalRecordContextHelper):
    """Changes also of what no form edits, such as a status: the library leaves those out."""

    def context_for_delta_changes(self, delta: ModelDelta) -> list[dict[str, Any]]:
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
        told = super().context_for_delta_changes(replace(delta, changes=changes))
        return cast(list[dict[str, Any]], told)

    def prepare_delta_change_value(self, change: ModelChange, value: Any) -> Any:
        """Show a moment by the workshop's clock, as the page tells all others."""
        if isinstance(value, datetime):
            return clock.moment_here(value)
        return super().prepare_delta_change_value(change, value)
