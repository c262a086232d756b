"""What the screens for people share."""

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from foundation.backoffice.scoped import ScopedAdmin
from foundation.series.roles import Area, may


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
    list_select_related = ["workshop"]

    def row_actions(self, request, obj) -> list[tuple[str, str]]:
        """Name and label of each action that is possible with `obj` now."""
        return []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and may(request.user, "change", self.area, self.workshop_of(obj)):
            context["row_actions"] = self.row_actions(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)
