"""Every message of a workshop with its fate; read only, and sent again."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.backoffice.scoped import ScopedAdmin, act_on_each
from foundation.core import clock
from foundation.mail.actions import send_again
from foundation.mail.fate import fate_of, label_of, may_read, zone_of
from foundation.mail.models import Message, State
from foundation.series.roles import Area, may

FAILED = "failed"


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("what became of it")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        """Return the states in use, and first what somebody should look at."""
        rows = model_admin.get_queryset(request).order_by()
        used = set(rows.values_list("state", flat=True).distinct())
        states = [(state.value, str(state.label)) for state in State if state in used]
        return [(FAILED, _("failed, not sent again")), *states]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        if self.value() == FAILED:
            return queryset & Message.objects.failed()
        return queryset.filter(state=self.value()) if self.value() in State else queryset


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        kinds = model_admin.get_queryset(request).order_by().values_list("kind", flat=True)
        return [(kind, label_of(kind)) for kind in sorted(set(kinds.distinct()))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(kind=self.value())


@admin.register(Message)
class MessageAdmin(ScopedAdmin):
    area = Area.PEOPLE
    list_display = ["fate", "to", "subject", "kind_in_words", "tries", "day"]
    list_display_links = ["subject"]
    list_filter = ["workshop", StateFilter, KindFilter]
    list_select_related = ["workshop"]
    search_fields = ["to", "subject"]
    fields = [
        "workshop",
        "to",
        "subject",
        "kind_in_words",
        "fate",
        "tries",
        "written",
        "body",
    ]
    actions = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request) & Message.objects.shown_to(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def has_send_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "change", self.area)

    def row_actions(self, request: HttpRequest, obj: Message) -> list[tuple[str, str]]:
        is_possible = obj.state != State.QUEUED and not obj.sent_again_at
        return [("send_again", _("Send again"))] if is_possible else []

    def get_fields(self, request: HttpRequest, obj: Message | None = None) -> Sequence[Any]:
        """Leave the text out where the reader's role doesn't open what it is about."""
        fields = super().get_fields(request, obj)
        if obj is None or may_read(request.user, obj):
            return fields
        return [name for name in fields if name != "body"]

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        act_on_each(
            self,
            request,
            queryset,
            lambda message: send_again(message=message),
            _("On their way again: %(count)s."),
        )

    @admin.display(description=gettext_lazy("what became of it"), ordering="state")
    def fate(self, message: Message) -> str:
        return fate_of(message)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_in_words(self, message: Message) -> str:
        return label_of(message.kind)

    @admin.display(description=gettext_lazy("written"), ordering="created_at")
    def day(self, message: Message) -> str:
        return clock.day(message.created_at, zone_of(message))

    @admin.display(description=gettext_lazy("written"))
    def written(self, message: Message) -> str:
        return clock.moment(message.created_at, zone_of(message))

    @admin.display(description=gettext_lazy("text"))
    def body(self, message: Message) -> str:
        if message.is_secret:
            return _("Not shown: it carries a link or code for its reader alone.")
        return message.text
