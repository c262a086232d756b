"""The organisers' screens for World Cafés, their tables and who holds them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Exists, ForeignKey, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agenda.models import Session
from foundation.backoffice.audited import AuditedAdmin
from foundation.backoffice.countries import country_name
from foundation.backoffice.forms import ScopedForm
from foundation.backoffice.scoped import ScopedAdmin, ScopedInline, act_on_each
from foundation.series.roles import Area, may
from registration.admin.protected import HidesProtected
from worldcafe import actions
from worldcafe.admin_filters import CafeFilter, CafeOfTableFilter, ReleasedFilter, StateFilter
from worldcafe.forms import PracticeForm, TableField
from worldcafe.models import Cafe, Reservation, Table


class TableInline(ScopedInline):
    model = Table
    area = Area.CAFE
    parent_workshop_path = "session__workshop"
    fields = ["number", "seats", "x", "y", "note"]
    verbose_name_plural = _(
        "tables; “across” and “down” place each on the floor plan, 0 to 100 from its top left; "
        "while two are on one spot, all are drawn in rows of four"
    )


class DeletesFreeTables(ScopedAdmin):
    """A screen whose rows are deleted with the reservations that were released there."""

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Ask for no right to delete reservations: nobody has one, and history keeps these."""
        found, counts, missing, kept = super().get_deleted_objects(objs, request)
        missing.discard(str(Reservation._meta.verbose_name))
        return found, counts, missing, kept


@admin.register(Cafe)
class CafeAdmin(DeletesFreeTables, AuditedAdmin):
    area = Area.CAFE
    workshop_path = "session__workshop"
    list_display = ["session", "when", "reserved", "reservations_open_at", "reservations_close_at"]
    list_filter = [("session__workshop", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["session__workshop"]
    search_fields = ["session__title"]
    ordering = ["session__starts_at"]
    inlines = [TableInline]
    fieldsets = [
        (None, {"fields": ["session", "introduction"]}),
        (_("Reservations"), {"fields": ["reservations_open_at", "reservations_close_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        is_held = Q(tables__reservations__isnull=False) & Q(
            tables__reservations__released_at__isnull=True
        )
        rows: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                total=Count("tables", distinct=True),
                held=Count("tables", filter=is_held, distinct=True),
            )
        )
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep a café with its session: hosts were told the day."""
        return [*super().get_readonly_fields(request, obj), *(["session"] if obj else [])]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and field.queryset is not None and db_field.name == "session":
            kind = Session.Kind.WORLD_CAFE
            field.queryset = field.queryset.filter(kind=kind, cafe__isnull=True)
            field.help_text = _("The sessions of the kind “World Café” that have no tables yet.")
        return field

    @admin.display(description=_("when"), ordering="session__starts_at")
    def when(self, cafe: Cafe) -> str:
        return cafe.session.time_in_words()

    @admin.display(description=_("tables reserved"))
    def reserved(self, cafe: Any) -> str:
        return _("%(held)s of %(total)s") % {"held": cafe.held, "total": cafe.total}


@admin.register(Table)
class TableAdmin(DeletesFreeTables):
    """All tables with their holders; new ones are added on their café's screen."""

    area = Area.CAFE
    workshop_path = "cafe__session__workshop"
    list_display = ["__str__", "cafe", "when", "seats", "note", "held_by"]
    list_filter = [
        ("cafe__session__workshop", admin.RelatedOnlyFieldListFilter),
        CafeFilter,
        StateFilter,
    ]
    list_select_related = ["cafe__session__workshop"]
    search_fields = ["=number", "cafe__session__title", "note"]
    ordering = ["cafe__session__starts_at", "cafe", "number"]
    fields = ["cafe", "number", "seats", "x", "y", "note", "held_by"]
    readonly_fields = ["cafe", "held_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        active = Reservation.objects.active().select_related("host")
        held = Prefetch("reservations", queryset=active, to_attr="active")
        return super().get_queryset(request).prefetch_related(held)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("when"), ordering="cafe__session__starts_at")
    def when(self, table: Table) -> str:
        return table.cafe.session.time_in_words()

    @admin.display(description=_("reserved"))
    def held_by(self, table: Any) -> str:
        return next((f"{held.host}: {held.practice}" for held in table.active), str(_("free")))


class HeldTableField(TableField):
    """All tables of the workshop, those reserved marked as such."""

    def label_from_instance(self, table: Any) -> str:
        label = super().label_from_instance(table)
        return _("%(table)s – reserved") % {"table": label} if table.is_held else label


class ReservationForm(ScopedForm, PracticeForm):
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        others = Reservation.objects.active().exclude(pk=self.instance.pk)
        others = others.select_related("host", "table__cafe__session__workshop")
        if other := others.filter(table=self.cleaned_data.get("table")).first():
            sentence = _("%(table)s is held by %(host)s for “%(practice)s”. Choose a free one.")
            self._refuse("table", sentence, other)
        if other := others.filter(host=self.cleaned_data.get("host")).first():
            sentence = _("%(host)s holds %(where)s already. Move that reservation instead.")
            self._refuse("host", sentence, other)
        return cleaned

    def _refuse(self, field: str, sentence: Any, other: Reservation) -> None:
        told = {
            "table": other.table,
            "where": other.table.where_and_when(),
            "host": other.host,
            "practice": other.practice,
        }
        self.add_error(field, sentence % told)


@admin.register(Reservation)
class ReservationAdmin(HidesProtected, AuditedAdmin):
    """Who holds which table. Every change goes through `worldcafe.actions`."""

    area = Area.CAFE
    workshop_path = "table__cafe__session__workshop"
    participant_path = "host__"
    form = ReservationForm
    list_display = [
        "practice",
        "host",
        "organisation",
        "table",
        "when",
        country_name,
        "released_at",
    ]
    list_filter = [
        ("table__cafe__session__workshop", admin.RelatedOnlyFieldListFilter),
        CafeOfTableFilter,
        ReleasedFilter,
    ]
    list_select_related = ["table__cafe__session__workshop", "host__organisation"]
    search_fields = [
        "practice",
        "host__badge_name",
        "host__organisation__name",
        "host__other_organisation",
    ]
    autocomplete_fields = ["host"]
    actions = ["release"]
    fieldsets = [
        (
            None,
            {
                "fields": ["host", "table"],
                "description": _(
                    "Another table moves the reservation, and the host gets a mail. To release "
                    "one, choose it in the list and the action “Release the tables”."
                ),
            },
        ),
        (_("What is presented"), {"fields": [*PracticeForm.Meta.fields]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["host"] if obj else [])]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        if db_field.name == "table":
            held = Reservation.objects.active().filter(table=OuterRef("pk"))
            tables = kwargs["queryset"].annotate(is_held=Exists(held))
            kwargs["form_class"] = HeldTableField
            kwargs["queryset"] = tables.select_related("cafe__session__workshop").order_by(
                "cafe__session__starts_at", "cafe", "number"
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_released = obj is not None and obj.released_at is not None
        return super().has_change_permission(request, obj) and not is_released

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_release_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "change", self.area)

    @admin.display(description=_("when"), ordering="table__cafe__session__starts_at")
    def when(self, held: Reservation) -> str:
        return held.table.cafe.session.time_in_words()

    @admin.display(description=_("organisation"))
    def organisation(self, held: Reservation) -> str:
        return held.host.organisation_name

    @admin.action(description=_("Release the tables"), permissions=["release"])
    def release(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        act_on_each(
            self,
            request,
            queryset,
            lambda held: actions.release(reservation=held, by_organiser=True),
            str(_("%(count)s tables are free again; their hosts get a mail.")),
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ScopedForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if table := form.base_fields.get("table"):
            table.widget.can_delete_related = False
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        texts = {name: form.cleaned_data[name] for name in PracticeForm.Meta.fields}
        if not change:
            made = actions.reserve(table=obj.table, host=obj.host, by_organiser=True, **texts)
            obj.pk = made.pk
            return
        if "table" in form.changed_data:
            actions.move(reservation=obj, table=obj.table, by_organiser=True)
        if texts.keys() & set(form.changed_data):
            actions.change(reservation=obj, **texts)
