"""Buttons on a row's own page: each is an action of the list, done with this one row."""

from foundation.series.roles import may


class RowActions:
    """Mix in before a scoped admin; its change form includes `admin/_row_actions.html`."""

    def row_actions(self, request, obj) -> list[tuple[str, str]]:
        """Name and label of each action that is possible with `obj` now."""
        return []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and may(request.user, "change", self.area, self.workshop_of(obj)):
            context["row_actions"] = self.row_actions(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)
