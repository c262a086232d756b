"""The organisers' screens for the programme: days, rooms, tracks, sessions, sign-ups."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import DateField, F, Func, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agenda import actions, session_changes
from agenda.listing import audience_in_words
from agenda.models import Day, Room, Session, SessionRole, SignUp, Track
from agenda.session_changes import Before
from foundation.backoffice.audited import AuditedAdmin
from foundation.backoffice.filters import ChoicesInUse
from foundation.backoffice.forms import ScopedForm
from foundation.backoffice.scoped import ScopedAdmin, ScopedInline, act_on_each
from foundation.core import clock
from foundation.core.locking import lock_all
from foundation.series.roles import Area, may
from registration.admin.protected import HidesProtected
from registration.models import Participant

LOCAL_DATE = Cast(Func(F("workshop__timezone"), F("starts_at"), function="timezone"), DateField())


class PartAdmin(ScopedAdmin):
    """The small screens of what sessions are made of."""

    area = Area.PROGRAMME
    list_filter = ["workshop"]
    list_select_related = ["workshop"]


@admin.register(Day)
class DayAdmin(PartAdmin):
    list_display = ["on", "title", "workshop"]
    list_display_links = ["on", "title"]
    search_fields = ["title", "focus"]
    ordering = ["workshop", "on"]


@admin.register(Room)
class RoomAdmin(PartAdmin):
    list_display = ["name", "seats", "location", "workshop"]
    search_fields = ["name", "location"]


@admin.register(Track)
class TrackAdmin(PartAdmin):
    list_display = ["name", "position", "workshop"]
    search_fields = ["name"]


class DayFilter(admin.SimpleListFilter):
    """The days on which there are sessions, in each workshop's own zone."""

    title = _("day")
    parameter_name = "day"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]"
    ) -> Iterable[tuple[str, Any]]:
        rows = model_admin.get_queryset(request).order_by()
        days = sorted(set(rows.values_list(LOCAL_DATE, flat=True)))
        return [(day.isoformat(), date_format(day, clock.DAY)) for day in days]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        on: QuerySet[Any] = queryset.alias(local_date=LOCAL_DATE).filter(local_date=self.value())
        return on


class SessionForm(ScopedForm):
    decided_together = frozenset({"access", "listing", "affiliations", "invitees"})

    class Meta:
        widgets = {"affiliations": forms.CheckboxSelectMultiple}

    def lock_row(self) -> None:
        """Lock first those who have a role here: with it they can lose what they hold."""
        with_role = self.instance.roles.order_by().values("participant")
        lock_all(Participant.objects.filter(pk__in=with_role))
        super().lock_row()


class SessionRoleInline(ScopedInline):
    model = SessionRole
    area = Area.PROGRAMME
    autocomplete_fields = ["participant"]


@admin.register(Session)
class SessionAdmin(AuditedAdmin):
    area = Area.PROGRAMME
    form = SessionForm
    save_as = True
    list_display = ["title", "when", "room", "kind", "whom", "seats"]
    list_filter = [
        "workshop",
        DayFilter,
        "room",
        "track",
        ("kind", ChoicesInUse),
        ("access", ChoicesInUse),
    ]
    list_select_related = ["workshop", "room"]
    search_fields = ["title", "slug", "room__name"]
    ordering = ["starts_at", "ends_at", "room__position", "pk"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["invitees"]
    inlines = [SessionRoleInline]
    actions = ["cancel", "reinstate"]
    fieldsets = [
        (_("What"), {"fields": ["workshop", "title", "slug", "kind", "track", "abstract"]}),
        (_("When and where"), {"fields": ["starts_at", "ends_at", "room", "seats"]}),
        (
            _("Who may come in"),
            {
                "fields": ["access", "affiliations", "invitees", "listing"],
                "description": _(
                    "An open session is read by everybody and admits every confirmed participant. "
                    "A restricted one is read by, and admits, only the people named here; choose "
                    "whether others see its title, time and who it is for, with a lock, or "
                    "nothing at all."
                ),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("affiliations")

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, session: Session) -> str:
        when = session.time_in_words()
        return str(_("%(when)s: cancelled") % {"when": when}) if session.cancelled_at else when

    @admin.display(description=_("for"), ordering="access")
    def whom(self, session: Session) -> str:
        if session.access == Session.Access.OPEN:
            return str(_("Everybody confirmed"))
        listing = {"locked": _("locked"), "hidden": _("hidden")}[session.listing]
        audience = audience_in_words([each.name for each in session.affiliations.all()])
        return f"{audience} ({listing})"

    def row_actions(self, request: HttpRequest, obj: Any) -> list[Any]:
        if obj.cancelled_at:
            return [("reinstate", _("Let it take place after all"))]
        return [("cancel", _("Cancel the session…"))]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            form.before = Before.of(obj.pk)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Take from people, once all is saved, what the session no longer gives them.

        Say who has a role elsewhere then; the form itself says so when it opens.
        """
        super().save_related(request, form, formsets, change)
        if change:
            session_changes.settle(session=form.instance, before=form.before)
        if "_continue" not in request.POST:
            self._warn_of_double_roles(request, form.instance)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        session_changes.delete(session=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for session in queryset:
            session_changes.delete(session=session)

    @admin.action(description=_("Cancel the sessions"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        act_on_each(
            self,
            request,
            queryset,
            lambda session: session_changes.cancel(session=session),
            str(_("Cancelled: %(count)s. Who held a seat or had a role there gets a mail.")),
        )

    @admin.action(description=_("Let cancelled sessions take place"), permissions=["change"])
    def reinstate(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        act_on_each(
            self,
            request,
            queryset,
            lambda session: session_changes.reinstate(session=session),
            str(_("Taking place after all: %(count)s. The same people get a mail.")),
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is SessionRole:
            save_roles(formset)
        else:
            super().save_formset(request, form, formset, change)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Session | None = None,
    ) -> HttpResponse:
        if obj and request.method == "GET":
            self._warn_of_double_roles(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _warn_of_double_roles(self, request: HttpRequest, session: Session) -> None:
        double = SessionRole.objects.elsewhere_during(session)
        for each in double.select_related("participant", "session__workshop"):
            sentence = _("%(name)s has a role at “%(other)s” at the same time: %(role)s, %(when)s.")
            told = {
                "name": each.participant,
                "other": each.session,
                "role": each.get_role_display(),
                "when": each.session.time_in_words(),
            }
            self.message_user(request, sentence % told, messages.WARNING)


def save_roles(formset: "forms.BaseInlineFormSet[SessionRole, Session, Any]") -> None:
    """Give and take roles as typed. A role given to somebody else is taken from whoever had it."""
    formset.save(commit=False)
    changed = [role for role, _names in formset.changed_objects]
    as_before = SessionRole.objects.in_bulk([role.pk for role in changed])
    for role in formset.deleted_objects:
        actions.take_role(given=role)
    for role in [*formset.new_objects, *changed]:
        actions.give_role(session=formset.instance, participant=role.participant, role=role.role)
    for role in as_before.values():
        actions.take_role(given=role)


@admin.register(SignUp)
class SignUpAdmin(HidesProtected, ScopedAdmin):
    """Who holds a place; places are taken by the participants themselves."""

    area = Area.PROGRAMME
    workshop_path = "session__workshop"
    participant_path = "participant__"
    list_display = ["session", "participant", "created_at"]
    list_filter = ["session"]
    list_select_related = ["session__workshop", "participant"]
    search_fields = ["session__title", "participant__badge_name"]
    fields = ["session", "participant", "created_at"]
    actions = ["free_seats"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "change", self.area)

    @admin.action(description=_("Free the seats"), permissions=["withdraw"])
    def free_seats(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        act_on_each(
            self,
            request,
            queryset,
            lambda held: actions.withdraw(
                session=held.session, participant=held.participant, by_organiser=True
            ),
            str(_("%(count)s seats are free again; who held them gets a mail.")),
        )
