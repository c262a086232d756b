"""Participants: everything about one of them, and the moves of their registration."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, OuterRef, Value, When
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from foundation.backoffice.audited import AuditedAdmin
from foundation.backoffice.filters import ChoicesInUse
from foundation.backoffice.forms import ScopedForm
from foundation.core import clock
from foundation.mail.models import Message
from foundation.series.audit import record
from foundation.series.roles import Area, may
from registration.actions import deciding
from registration.admin import moves
from registration.admin.affiliations import ParticipantAffiliationInline, save_ticks
from registration.admin.base import PeopleAdmin
from registration.admin.messages import messages_in_words
from registration.admin.protected import HidesProtected
from registration.admin.waiting import IN_LINE_SINCE, line_in_words
from registration.models import (
    Participant,
    ParticipantAffiliation,
    SensitiveDetails,
    Status,
    shown_name,
)

# What waits for an organiser comes first, then the waiting list in its order.
URGENCY = [
    Status.PENDING,
    Status.WAITING,
    Status.CONFIRMED,
    Status.SUBMITTED,
    Status.DECLINED,
    Status.CANCELLED,
]


PROTECTION = (
    gettext_lazy("Protection"),
    {
        "fields": ["is_protected", "alias"],
        "description": gettext_lazy(
            "From then on only those who may know protected participants find this page, and every "
            "view is logged. Everybody else meets the alias, or nothing. Their seat is held as "
            "before."
        ),
    },
)


class ClaimsFilter(admin.SimpleListFilter):
    title = gettext_lazy("affiliations to verify")
    parameter_name = "claims"

    def lookups(self, request, model_admin):
        return [("yes", _("Has some")), ("no", _("Has none"))]

    def queryset(self, request, queryset):
        claims = Exists(
            ParticipantAffiliation.objects.to_verify().filter(participant=OuterRef("pk"))
        )
        wanted = {"yes": claims, "no": ~claims}.get(self.value())
        return queryset if wanted is None else queryset.filter(wanted)


class ParticipantForm(ScopedForm):
    def lock_row(self) -> None:
        """While the form is saved nobody else moves the registration.

        Locks: the workshop, which owns the seats that a button may give; the participant.
        """
        deciding.lock_with_workshop(self.instance)

    def clean(self):
        """An organisation chosen from the list takes the place of the one that was typed."""
        cleaned = super().clean()
        if self.cleaned_data.get("organisation") and "organisation" in self.changed_data:
            self.cleaned_data["other_organisation"] = ""
        if self.cleaned_data.get("is_protected") and self._names(self.cleaned_data.get("alias")):
            sentence = _("Write an alias that is not the name: it is shown instead.")
            self.add_error("alias", sentence)
        return cleaned

    def _names(self, alias: str | None) -> bool:
        name = self.cleaned_data.get("badge_name", "")
        return not alias or alias.casefold() == name.casefold()


@admin.register(Participant)
class ParticipantAdmin(HidesProtected, PeopleAdmin, AuditedAdmin):
    form = ParticipantForm
    list_display = [
        "shown",
        "comes_from",
        "country_name",
        "status",
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
    actions = [moves.list_action(move) for move in moves.MOVES]
    inlines = [ParticipantAffiliationInline]
    fieldsets = [
        (
            gettext_lazy("Registration"),
            {"fields": ["workshop", "status_in_words", "line", "registered", "days", "consents"]},
        ),
        (
            gettext_lazy("Who"),
            {"fields": ["badge_name", "email", "contact", "job_title", "country"]},
        ),
        (gettext_lazy("Where from"), {"fields": ["organisation", "other_organisation"]}),
        (gettext_lazy("Messages to the participant"), {"fields": ["messages_so_far"]}),
    ]
    readonly_fields = [
        "status_in_words",
        "line",
        "registered",
        "days",
        "consents",
        "email",
        "contact",
        "messages_so_far",
    ]

    def get_queryset(self, request):
        rows = (
            super().get_queryset(request).prefetch_related("participant_affiliations__affiliation")
        )
        return rows.select_related("workshop", "organisation", "user", "contact", "status_by")

    def get_fieldsets(self, request, obj=None):
        """Who may know the protected decides who is one."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj and may(request.user, "change", Area.PROTECTED, obj.workshop):
            return [*fieldsets, PROTECTION]
        return fieldsets

    def history_view(self, request, object_id, extra_context=None):
        if found := self.get_object(request, unquote(object_id)):
            self._put_on_record(request, found)
        return super().history_view(request, object_id, extra_context)

    def _put_on_record(self, request, participant):
        """Whoever reads a page of a protected participant is on record."""
        if participant.is_protected:
            what = _("Protected participant read")
            record(request, participant.workshop, what, participant)

    def has_add_permission(self, request, obj=None):
        """Participants register themselves; the list says so where “add” would be."""
        return False

    def has_delete_permission(self, request, obj=None):
        """A registration is cancelled, not deleted."""
        return False

    def changelist_view(self, request, extra_context=None):
        can_invite = may(request.user, "change", self.area)
        return super().changelist_view(request, {"can_invite": can_invite} | (extra_context or {}))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["reads_sensitive"] = obj and may(request.user, "view", Area.SENSITIVE, obj.workshop)
        if obj:
            self._put_on_record(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def row_actions(self, request, obj):
        return moves.possible(obj)

    def save_model(self, request, obj, form, change):
        if "organisation" in form.changed_data:
            deciding.hold_seat(participant=obj)
        super().save_model(request, obj, form, change)
        if "is_protected" in form.changed_data:
            Message.objects.about(obj.public_id).update(is_protected=obj.is_protected)

    def save_formset(self, request, form, formset, change):
        if formset.model is ParticipantAffiliation:
            save_ticks(formset, request.user)
        else:
            super().save_formset(request, form, formset, change)

    def save_related(self, request, form, formsets, change):
        """A move pressed as a button comes after what was typed and ticked, or all is undone."""
        super().save_related(request, form, formsets, change)
        for move in moves.MOVES:
            if request.POST.get("_move") == move.name and not move.asks:
                move.act(participant=form.instance, by=request.user)
                self.message_user(request, move.done % {"count": 1})

    def response_change(self, request, obj):
        """After a move its page stays open, to show what became of it."""
        if "_move" in request.POST:
            return redirect(request.get_full_path())
        return super().response_change(request, obj)

    def get_urls(self):
        view = self.admin_site.admin_view(require_safe(self.sensitive_view))
        name = "registration_participant_sensitive"
        return [path("<int:object_id>/sensitive/", view, name=name), *super().get_urls()]

    def sensitive_view(self, request, object_id):
        """Dietary and access needs of one participant; every look is on record."""
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

    @admin.display(description=gettext_lazy("name"), ordering=shown_name())
    def shown(self, participant):
        return participant.shown_name

    @admin.display(description=gettext_lazy("organisation"), ordering="organisation__name")
    def comes_from(self, participant):
        return participant.organisation_name

    @admin.display(description=gettext_lazy("country"), ordering="country")
    def country_name(self, participant):
        return participant.country.name

    @admin.display(description=gettext_lazy("affiliations"))
    def affiliations_in_words(self, participant):
        words = {True: _("✓ verified"), False: _("claimed")}
        return ", ".join(
            f"{each.affiliation.name} {words[each.verified_at is not None]}"
            for each in participant.participant_affiliations.all()
        )

    @admin.display(description=gettext_lazy("registered"), ordering="submitted_at")
    def since(self, participant):
        return clock.day(participant.submitted_at, participant.workshop.zone)

    @admin.display(description=gettext_lazy("registered at"))
    def registered(self, participant):
        return clock.moment(participant.submitted_at, participant.workshop.zone)

    @admin.display(description=gettext_lazy("status"))
    def status_in_words(self, participant):
        since = clock.moment(participant.status_at, participant.workshop.zone)
        words = {"status": participant.get_status_display(), "since": since}
        if participant.status_by:
            words["by"] = participant.status_by
            return _("%(status)s, since %(since)s, by %(by)s") % words
        return _("%(status)s, since %(since)s") % words

    @admin.display(description=gettext_lazy("waiting list"))
    def line(self, participant):
        return line_in_words(participant)

    @admin.display(description=gettext_lazy("e-mail"))
    def email(self, participant):
        if participant.user:
            return participant.user.email
        if participant.unproved_email:
            return _("%(email)s, not confirmed yet") % {"email": participant.unproved_email}
        return _("none of their own")

    @admin.display(description=gettext_lazy("days attending"))
    def days(self, participant):
        days = [date_format(each.on, "D j F") for each in participant.attendances.all()]
        return ", ".join(days) or _("none named")

    @admin.display(description=gettext_lazy("agreed to"))
    def consents(self, participant):
        given = [
            _("%(what)s (%(digest)s), %(at)s")
            % {
                "what": each.version.get_kind_display(),
                "digest": each.version.digest[:8],
                "at": clock.moment(each.given_at, participant.workshop.zone),
            }
            for each in participant.consents.select_related("version")
        ]
        return "; ".join(given) or _("nothing yet")

    @admin.display(description=gettext_lazy("messages"))
    def messages_so_far(self, participant: Participant) -> str:
        return messages_in_words(participant)
