"""Participants: everything about one of them, and the moves of their registration."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from foundation.accounts.models import User
from foundation.backoffice.audited import AuditedAdmin, Told
from foundation.backoffice.countries import country_name
from foundation.backoffice.filters import ChoicesInUse
from foundation.core import clock
from foundation.core.names import SortedName
from foundation.series.audit import record
from foundation.series.roles import Area, Right, may
from registration.actions.seats import hold_seat
from registration.admin import moves
from registration.admin.affiliations import ParticipantAffiliationInline, save_ticks
from registration.admin.affiliations_told import affiliations_told
from registration.admin.base import PeopleAdmin
from registration.admin.look_alikes import alike, comes_from, told_first
from registration.admin.losses import losses_in_words
from registration.admin.messages import messages_in_words
from registration.admin.participant_form import ClaimsFilter, ParticipantForm
from registration.admin.protected import PROTECTION, HidesProtected
from registration.admin.told import consents, days
from registration.admin.waiting import IN_LINE_SINCE, line_in_words
from registration.messages import follow_protection
from registration.models import (
    Participant,
    ParticipantAffiliation,
    SensitiveDetails,
    Status,
    shown_name,
)
from registration.secret_messages import notify_own_address
from registration.verifying import admits_people, is_own

# What waits for an organiser comes first, then the waiting list in its order.
URGENCY = [
    Status.PENDING,
    Status.WAITING,
    Status.CONFIRMED,
    Status.DECLINED,
    Status.CANCELLED,
]


@admin.register(Participant)
class ParticipantAdmin(HidesProtected, PeopleAdmin, AuditedAdmin):
    form = ParticipantForm
    list_display = [
        "shown",
        "status",
        comes_from,
        country_name,
        "affiliations_in_words",
        "since",
    ]
    list_filter = [
        "workshop",
        ("status", ChoicesInUse),
        ClaimsFilter,
        "affiliations",
        ("country", ChoicesInUse),
    ]
    search_fields = [
        "badge_name",
        "user__email",
        "contact__email",
        "organisation__name",
        "other_organisation",
    ]
    ordering = [
        Case(*(When(status=status, then=Value(n)) for n, status in enumerate(URGENCY))),
        IN_LINE_SINCE,
        "submitted_at",
    ]
    choice_related = ["organisation"]
    choice_hint = gettext_lazy(
        "Type a part of the name or organisation. Only people who are coming are found; "
        "begin with * to find everybody registered."
    )
    actions = [moves.list_action(move) for move in moves.MOVES]
    inlines = [ParticipantAffiliationInline]
    fieldsets: ClassVar[list[Any]] = [
        (
            gettext_lazy("Registration"),
            {"fields": ["workshop", "status_in_words", "line", "registered", days, consents]},
        ),
        (
            gettext_lazy("Who"),
            {
                "fields": [
                    "badge_name",
                    "email",
                    "unproved_email",
                    "contact",
                    "job_title",
                    "country",
                ]
            },
        ),
        (gettext_lazy("Where from"), {"fields": ["organisation", "other_organisation"]}),
        (gettext_lazy("Messages to the participant"), {"fields": ["messages_so_far"]}),
        (gettext_lazy("On record"), {"fields": ["taken_away"]}),
    ]
    readonly_fields: ClassVar[list[Any]] = [
        "status_in_words",
        "line",
        "registered",
        days,
        consents,
        "email",
        "contact",
        "messages_so_far",
        alike,
        "taken_away",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        found: QuerySet[Participant] = super().get_queryset(request)
        told = "participant_affiliations__affiliation", "workshop__organisations"
        rows = found.prefetch_related(*told)
        return rows.select_related("workshop", "organisation", "user", "contact", "status_by")

    def offered_at_first(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Offer for a role, an invitation or a table only those who are coming."""
        return rows.filter(status=Status.CONFIRMED)

    def may(self, request: HttpRequest, right: Right, obj: Participant | None = None) -> bool:
        """Show a registration of one's own without a way to change it here, operators included."""
        is_theirs = obj is not None and right == "change" and is_own(obj, request.user)
        return super().may(request, right, obj) and not is_theirs

    def get_fieldsets(self, request: HttpRequest, obj: Participant | None = None) -> list[Any]:
        """Let whoever may know the protected decide who is one."""
        before = told_first(obj) if obj else []
        fieldsets = [*before, *super().get_fieldsets(request, obj)]
        if obj and may(request.user, "change", Area.PROTECTED, obj.workshop):
            return [*fieldsets, PROTECTION]
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep from the desk who gets in by another address: it could be their own."""
        fields = super().get_readonly_fields(request, obj)
        may_correct = obj and admits_people(request.user, obj.workshop)
        return fields if may_correct else [*fields, "unproved_email"]

    def history_besides(self, request: HttpRequest, row: Participant) -> list[Told]:
        """Tell of the affiliations as well; whoever reads it of a protected one is on record."""
        self._put_on_record(request, row)
        return affiliations_told(row)

    def _put_on_record(self, request: HttpRequest, participant: Participant) -> None:
        """Whoever reads a page of a protected participant is on record."""
        if participant.is_protected:
            record(request, participant.workshop, _("Protected participant read"), participant)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: participants register themselves; the list says so where “add” would be."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: a registration is cancelled, not deleted."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        can_invite = may(request.user, "change", self.area)
        return super().changelist_view(request, {"can_invite": can_invite} | (extra_context or {}))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Participant | None = None,
    ) -> HttpResponse:
        context["reads_sensitive"] = obj and may(request.user, "view", Area.SENSITIVE, obj.workshop)
        if obj:
            self._put_on_record(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def row_actions(self, request: HttpRequest, obj: Participant) -> list[moves.Move]:
        return moves.possible(obj)

    def save_model(self, request: HttpRequest, obj: Participant, form: Any, change: bool) -> None:
        if obj.organisation_id != form.initial.get("organisation"):
            hold_seat(participant=obj)
        super().save_model(request, obj, form, change)
        if "is_protected" in form.changed_data:
            follow_protection(obj)
        if "unproved_email" in form.changed_data:
            notify_own_address(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is ParticipantAffiliation:
            save_ticks(formset, cast(User, request.user))
        else:
            super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Make a move pressed as a button after what was typed and ticked, or undo it all."""
        super().save_related(request, form, formsets, change)
        for move in moves.MOVES:
            if request.POST.get("_move") == move.name and not move.asks:
                moves.make(move, form.instance, self, request)
                self.message_user(request, move.done % {"count": 1})

    def response_change(self, request: HttpRequest, obj: Participant) -> HttpResponse:
        """Keep the page open after a move, to show what became of it."""
        if "_move" in request.POST:
            return redirect(request.get_full_path())
        return super().response_change(request, obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.sensitive_view))
        name = "registration_participant_sensitive"
        return [path("<int:object_id>/sensitive/", view, name=name), *super().get_urls()]

    def sensitive_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show dietary and access needs of one participant; every look is on record."""
        participant = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not may(request.user, "view", Area.SENSITIVE, participant.workshop):
            raise PermissionDenied
        record(request, participant.workshop, _("Sensitive details read"), participant)
        context = self.admin_site.each_context(request) | {
            "title": _("Sensitive details of %(name)s") % {"name": participant},
            "participant": participant,
            "details": SensitiveDetails.objects.filter(participant=participant).first(),
            "opts": self.opts,
        }
        template = "admin/registration/participant/sensitive.html"
        return TemplateResponse(request, template, context)

    @admin.display(description=gettext_lazy("name"), ordering=SortedName(shown_name()))
    def shown(self, participant: Participant) -> str:
        return participant.shown_name

    @admin.display(description=gettext_lazy("affiliations"))
    def affiliations_in_words(self, participant: Participant) -> str:
        words = {True: _("✓ verified"), False: _("claimed")}
        return ", ".join(
            f"{each.affiliation.name} {words[each.verified_at is not None]}"
            for each in participant.participant_affiliations.all()
        )

    @admin.display(description=gettext_lazy("registered"), ordering="submitted_at")
    def since(self, participant: Participant) -> str:
        return clock.day(participant.submitted_at, participant.workshop.zone)

    @admin.display(description=gettext_lazy("registered at"))
    def registered(self, participant: Participant) -> str:
        return clock.moment(participant.submitted_at, participant.workshop.zone)

    @admin.display(description=gettext_lazy("status"))
    def status_in_words(self, participant: Participant) -> str:
        since = clock.moment(participant.status_at, participant.workshop.zone)
        words: dict[str, object] = {"status": participant.get_status_display(), "since": since}
        if participant.status_by:
            words["by"] = participant.status_by
            return _("%(status)s, since %(since)s, by %(by)s") % words
        return _("%(status)s, since %(since)s") % words

    @admin.display(description=gettext_lazy("waiting list"))
    def line(self, participant: Participant) -> str:
        return line_in_words(participant)

    @admin.display(description=gettext_lazy("e-mail"))
    def email(self, participant: Participant) -> str:
        if participant.user:
            return participant.user.email
        return _("none of their own")

    @admin.display(description=gettext_lazy("taken away or moved"))
    def taken_away(self, participant: Participant) -> str:
        return losses_in_words(participant)

    @admin.display(description=gettext_lazy("messages"))
    def messages_so_far(self, participant: Participant) -> str:
        return messages_in_words(participant)
