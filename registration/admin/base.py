"""What the screens for people share."""

from foundation.backoffice.scoped import ScopedAdmin
from foundation.series.roles import Area


class PeopleAdmin(ScopedAdmin):
    """A screen of the people's area. What can be chosen there has a screen of its own."""

    area = Area.PEOPLE
    related_links = False
    list_select_related = ["workshop"]
