"""By what the organisers' lists of tables and reservations are narrowed."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.core import clock
from worldcafe.models import Reservation


class CafeFilter(admin.SimpleListFilter):
    """The cafés to which the listed rows belong. path: the way from the row to its café."""

    title = _("World Café")
    parameter_name = "cafe"
    path = "cafe"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> Iterable[tuple[str, Any]]:
        at = f"{self.path}__session"
        rows = model_admin.get_queryset(request).order_by(f"{at}__starts_at", f"{at}__pk")
        values = (self.path, f"{at}__title", f"{at}__starts_at", f"{at}__workshop__timezone")
        return [
            (str(pk), f"{title}, {clock.day(starts_at, ZoneInfo(zone))}")
            for pk, title, starts_at, zone in rows.values_list(*values).distinct()
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(**{self.path: self.value()})


class CafeOfTableFilter(CafeFilter):
    path = "table__cafe"


class StateFilter(admin.SimpleListFilter):
    """Rows that are held and rows that are not, by the names the subclass gives them."""

    title = _("state")
    parameter_name = "state"
    names = {"reserved": _("reserved"), "free": _("free")}

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> Iterable[tuple[str, Any]]:
        return self.names.items()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in self.names:
            return queryset
        held = Exists(Reservation.objects.active().filter(table=OuterRef("pk")))
        return queryset.filter(held if self.value() == "reserved" else ~held)


class ReleasedFilter(StateFilter):
    names = {"active": _("active"), "released": _("released")}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in self.names:
            return queryset
        return queryset.filter(released_at__isnull=self.value() == "active")
