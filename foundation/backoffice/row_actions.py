"""Buttons on a row's own page: each is an action of the list, done with this one row."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from foundation.series.roles import may

if TYPE_CHECKING:
    from foundation.backoffice.scoped import ScopedAdmin as Base
else:
    Base = object


class RowActions(Base):
    """Mix in before a scoped admin; its change form includes `admin/_row_actions.html`."""

    def row_actions(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        """Name and label of each action that is possible with `obj` now."""
        return []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj and may(request.user, "change", self.area, self.workshop_of(obj)):
            context["row_actions"] = self.row_actions(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)
