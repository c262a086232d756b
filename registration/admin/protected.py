"""Protected participants on the organisers' screens: left out, but for those who have the right."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.backoffice.scoped import ScopedAdmin
from foundation.series.roles import Area, may
from registration.access import shown_to_staff

if TYPE_CHECKING:
    from django.contrib.admin.filters import _ListFilterChoices


PROTECTION = (
    _("Protection"),
    {
        "fields": ["is_protected", "alias"],
        "description": _(
            "From then on only those who may know protected participants find this page, and every "
            "view is logged. Everybody else meets the alias, or nothing. Their seat is held as "
            "before."
        ),
    },
)


class ProtectedFilter(admin.SimpleListFilter):
    """Opens the list of the protected; without it even those who have the right don't see them."""

    title = _("protected participants")
    parameter_name = "protected"

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[Model],
        model_admin: "HidesProtected",
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.participant_path = model_admin.participant_path

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]"
    ) -> list[tuple[str, Any]]:
        has_right = may(request.user, "view", Area.PROTECTED)
        return [("yes", _("Only these"))] if has_right else []

    def choices(self, changelist: ChangeList) -> "Iterator[_ListFilterChoices]":
        none, *others = super().choices(changelist)
        none["display"] = _("Left out")
        yield from (none, *others)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        is_protected = {f"{self.participant_path}is_protected": True}
        if self.value() == "yes":
            return queryset.filter(**is_protected)
        return queryset.exclude(**is_protected)


class HidesProtected(ScopedAdmin):
    """A screen whose rows are of participants: those of the protected are left out.

    participant_path: from a row to its participant, e.g. "host__"; empty for participants.
    """

    participant_path = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return shown_to_staff(rows, request.user, self.participant_path)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), ProtectedFilter]
