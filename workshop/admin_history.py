"""The screen of what was changed, when, by whom and from where."""

from django.contrib.admin.utils import unquote
from simple_history.admin import SimpleHistoryAdmin


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
