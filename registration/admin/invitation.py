"""Invitations: one, several at once, sent again, withdrawn while nobody used them."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.accounts.models import User
from foundation.backoffice.audited import AuditedAdmin
from foundation.backoffice.forms import ScopedForm
from foundation.backoffice.scoped import act_on_each
from foundation.core import clock
from foundation.core.refusals import Refused
from foundation.series.roles import may
from registration.actions import inviting
from registration.admin.base import PeopleAdmin
from registration.admin.invitation_list import InvitationListForm, refuse_known_address
from registration.admin.protected import HidesProtected
from registration.models import Invitation


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]"
    ) -> Iterable[tuple[str, Any]]:
        return [("open", _("Not used yet")), ("used", _("Used")), ("expired", _("Expired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        conditions = {
            "open": Q(used_at=None, expires_at__gt=now),
            "used": Q(used_at__isnull=False),
            "expired": Q(used_at=None, expires_at__lte=now),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class InvitationForm(ScopedForm):
    class Meta:
        widgets = {"affiliations": forms.CheckboxSelectMultiple}
        help_texts = {
            "affiliations": gettext_lazy("Verified as soon as the invitation is used."),
        }

    def clean(self) -> dict[str, Any] | None:
        """Refuse what was used while the page was open, and an address that is known already."""
        cleaned = super().clean()
        if self.instance.used_at:
            sentence = _("%(name)s has registered with this invitation. It stays as it is.")
            raise ValidationError(sentence, code="used", params={"name": self.instance})
        workshop = self.cleaned_data.get("workshop") or getattr(self.instance, "workshop", None)
        if workshop and "email" in self.changed_data and self.cleaned_data.get("email"):
            try:
                refuse_known_address(workshop, self.cleaned_data["email"], self.instance)
            except ValidationError as error:
                self.add_error("email", error)
        return cleaned


@admin.register(Invitation)
class InvitationAdmin(HidesProtected, PeopleAdmin, AuditedAdmin):
    participant_path = "participant__"
    form = InvitationForm
    list_display = ["email", "name", "organisation", "as_what", "state", "workshop"]
    list_filter = ["workshop", StateFilter, "affiliations", "organisation"]
    list_select_related = ["workshop", "organisation", "participant"]
    search_fields = ["email", "name", "organisation__name", "participant__badge_name"]
    fields = ["workshop", "email", "name", "organisation", "affiliations", "state"]
    readonly_fields = ["state"]
    actions = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related("affiliations")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to change what was used."""
        return super().has_change_permission(request, obj) and not (obj and obj.used_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let an invitation be withdrawn, which deletes it, while nobody used it."""
        return super().has_delete_permission(request, obj) and not (obj and obj.used_at)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        can_invite = may(request.user, "change", self.area)
        return super().changelist_view(request, {"can_invite": can_invite} | (extra_context or {}))

    def row_actions(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [("send_again", _("Send again with a new link"))] if obj.can_be_sent() else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.expires_at = inviting.good_until()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Mail a new invitation; one whose address changed goes there, with a new link."""
        super().save_related(request, form, formsets, change)
        by = cast(User, request.user)
        if change and {"email", "affiliations"} & set(form.changed_data):
            inviting.refuse_inviting(invitation=form.instance, by=by)
        if not change:
            inviting.invite(invitation=form.instance, by=by)
        elif "email" in form.changed_data:
            inviting.invite_again(invitation=form.instance)
        else:
            return
        self.message_user(
            request, _("The mail to %(to)s is on its way.") % {"to": form.instance.email}
        )

    @admin.action(description=gettext_lazy("Send again, with a new link"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        act_on_each(
            self,
            request,
            queryset,
            lambda invitation: inviting.invite_again(invitation=invitation),
            _("On their way: %(count)s. Older links open nothing any more."),
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.several_view)
        name = "registration_invitation_several"
        return [path("several/", view, name=name), *super().get_urls()]

    def several_view(self, request: HttpRequest) -> HttpResponse:
        """Invite as many people as there are lines, or tell what is wrong with each line."""
        workshop = self.workshop_of_new(request)
        if workshop is None:
            return self.ask_for_workshop(request)
        if not may(request.user, "change", self.area, workshop):
            raise PermissionDenied
        form = InvitationListForm(request.POST or None, workshop=workshop)
        if request.method == "POST" and form.is_valid() and self._invite(request, form):
            return redirect("admin:registration_invitation_changelist")
        fieldsets = [(None, {"fields": list(form.fields)})]
        context = self.admin_site.each_context(request) | {
            "title": _("Invite several people to %(workshop)s") % {"workshop": workshop},
            # The stubs ask for the form of a model; Django takes any.
            "adminform": AdminForm(form, fieldsets, {}, model_admin=self),  # type: ignore[arg-type]
            "invited_to": workshop,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/registration/invitation/several.html", context)

    def _invite(self, request: HttpRequest, form: InvitationListForm) -> bool:
        try:
            made = inviting.invite_several(
                workshop=form.workshop,
                people=form.cleaned_data["lines"],
                organisation=form.cleaned_data["organisation"],
                affiliations=form.cleaned_data["affiliations"],
                by=cast(User, request.user),
            )
        except Refused as refused:
            form.add_error("lines", refused.sentence)
            return False
        sentence = ngettext(
            "%(count)d invitation is on its way.",
            "%(count)d invitations are on their way.",
            len(made),
        )
        self.message_user(request, sentence % {"count": len(made)})
        return True

    @admin.display(description=gettext_lazy("invited as"))
    def as_what(self, invitation: Invitation) -> str:
        return ", ".join(each.name for each in invitation.affiliations.all())

    @admin.display(description=gettext_lazy("state"), ordering="expires_at")
    def state(self, invitation: Invitation) -> str:
        if invitation.pk is None:
            sentence = _("The mail goes out on saving. Its link is good for %(days)d days.")
            return sentence % {"days": settings.INVITATION_GOOD_FOR.days}
        if invitation.used_at:
            at = clock.day(invitation.used_at, invitation.workshop.zone)
            return _("used by %(name)s, %(at)s") % {"name": invitation.participant, "at": at}
        until = clock.day(invitation.expires_at, invitation.workshop.zone)
        words = (
            _("not used yet, good until %(at)s") if invitation.is_good() else _("expired %(at)s")
        )
        return words % {"at": until}
