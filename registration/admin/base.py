"""What the screens for people share."""

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from foundation.backoffice.row_actions import RowActions
from foundation.backoffice.scoped import ScopedAdmin
from foundation.series.roles import Area


class PlainChoices:
    """Choices without icons beside them: what can be chosen has a screen of its own."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


class PeopleAdmin(RowActions, PlainChoices, ScopedAdmin):
    """A screen of the people's area."""

    area = Area.PEOPLE
    list_select_related = ["workshop"]
