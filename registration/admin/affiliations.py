"""A participant's affiliations: ticked where verified, each tick made by an action."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.backoffice.forms import InlineForm
from foundation.backoffice.inline_rows import InlineRows
from foundation.backoffice.scoped import ScopedInline
from foundation.core import clock
from foundation.series.roles import Area, Right
from registration.actions import deciding
from registration.models import Participant, ParticipantAffiliation
from registration.verifying import invitation_naming, is_own, may_hold


class ParticipantAffiliationForm(InlineForm):
    """Only the tick is asked of what was claimed; a new row is an affiliation given, verified."""

    decided_together = frozenset({"verified"})
    verified = forms.BooleanField(label=_("verified"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_claimed = self.instance.pk is not None
        self.fields["verified"].initial = not is_claimed or self.instance.verified_at is not None
        self.fields["verified"].disabled = not is_claimed
        named = self.instance.affiliation if is_claimed else _("new affiliation")
        name = _("%(affiliation)s: verified") % {"affiliation": named}
        self.fields["verified"].widget.attrs["aria-label"] = name
        if is_claimed:
            self.fields["affiliation"].disabled = True


class ParticipantAffiliationRows(InlineRows):
    decides_admission = True


class ParticipantAffiliationInline(ScopedInline):
    model = ParticipantAffiliation
    area = Area.PEOPLE
    related_links = False
    form = ParticipantAffiliationForm
    formset = ParticipantAffiliationRows
    fields = ["affiliation", "verified", "claimed", "organisation", "invited", "since"]
    readonly_fields = ["claimed", "organisation", "invited", "since"]
    verbose_name_plural = _("affiliations: tick those you verify; only verified ones admit")
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related(
            "affiliation",
            "participant__workshop",
            "participant__organisation",
            "participant__user",
            "verified_by",
        )

    def may(self, request: HttpRequest, right: Right, obj: Any = None) -> bool:
        """Show affiliations of one's own without a way to change them."""
        is_theirs = obj is not None and right == "change" and is_own(obj, request.user)
        return super().may(request, right, obj) and not is_theirs

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("verified"), boolean=True)
    def verified(self, claim: ParticipantAffiliation) -> bool:
        """Return the rows for those who may only look."""
        return claim.verified_at is not None

    @admin.display(description=_("claimed"))
    def claimed(self, claim: ParticipantAffiliation) -> str:
        return clock.moment(claim.claimed_at, claim.participant.workshop.zone) if claim.pk else ""

    @admin.display(description=_("their organisation"))
    def organisation(self, claim: ParticipantAffiliation) -> str:
        if claim.pk is None:
            return ""
        if claim.participant.organisation is None:
            return str(_("not on the list"))
        holds = may_hold(claim.participant, claim.affiliation)
        return str(_("may hold it") if holds else _("may not hold it"))

    @admin.display(description=_("invited"))
    def invited(self, claim: ParticipantAffiliation) -> str:
        if claim.pk is None:
            return ""
        invitation = invitation_naming(claim.participant, claim.affiliation)
        if invitation is None:
            return str(_("no invitation names it"))
        return clock.day(invitation.created_at, claim.participant.workshop.zone)

    @admin.display(description=_("verified since"))
    def since(self, claim: ParticipantAffiliation) -> str:
        if not claim.verified_at:
            return ""
        moment = clock.moment(claim.verified_at, claim.participant.workshop.zone)
        return f"{moment}, {claim.verified_by or _('by invitation')}"


def save_ticks(
    formset: "forms.BaseInlineFormSet[ParticipantAffiliation, Participant, Any]", by: User
) -> None:
    """Verify, unverify and grant as ticked; in the shape in which Django asks what was changed."""
    formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
    for form in formset.forms:
        if not form.has_changed():
            continue
        if form.instance.pk is None:
            given = form.cleaned_data["affiliation"]
            granted = deciding.grant(participant=formset.instance, affiliation=given, by=by)
            formset.new_objects.append(granted)
            continue
        act = deciding.verify if form.cleaned_data["verified"] else deciding.unverify
        formset.changed_objects.append((act(claim=form.instance, by=by), ["verified"]))
