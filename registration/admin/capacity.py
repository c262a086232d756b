"""A participant's affiliations: ticked where verified, each tick made by an action."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from registration.actions import deciding
from registration.admin.base import PlainChoices, moment_in_words
from registration.models import Capacity, User
from workshop.admin_base import ScopedInline
from workshop.admin_forms import ScopedForm
from workshop.roles import Area


class CapacityForm(ScopedForm):
    """Only the tick is asked of what was claimed; a new row is an affiliation given, verified."""

    verified = forms.BooleanField(label=_("verified"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_claimed = self.instance.pk is not None
        self.fields["verified"].initial = not is_claimed or self.instance.verified_at is not None
        self.fields["verified"].disabled = not is_claimed
        named = self.instance.affiliation if is_claimed else _("new affiliation")
        name = _("%(affiliation)s: verified") % {"affiliation": named}
        self.fields["verified"].widget.attrs["aria-label"] = name
        if is_claimed:
            self.fields["affiliation"].disabled = True


class CapacityInline(PlainChoices, ScopedInline, admin.TabularInline):
    model = Capacity
    area = Area.PEOPLE
    form = CapacityForm
    fields = ["affiliation", "verified", "claimed", "since"]
    readonly_fields = ["claimed", "since"]
    verbose_name_plural = _("affiliations: tick those you verify; only verified ones admit")
    extra = 1

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("affiliation", "participant__workshop", "verified_by")

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("verified"), boolean=True)
    def verified(self, capacity):
        """For those who may only look."""
        return capacity.verified_at is not None

    @admin.display(description=_("claimed"))
    def claimed(self, capacity):
        return moment_in_words(capacity.pk and capacity.claimed_at, capacity.participant.workshop)

    @admin.display(description=_("verified since"))
    def since(self, capacity):
        if not capacity.verified_at:
            return ""
        moment = moment_in_words(capacity.verified_at, capacity.participant.workshop)
        return f"{moment}, {capacity.verified_by}" if capacity.verified_by else moment


def save_ticks(formset, by: User) -> None:
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
        formset.changed_objects.append((act(capacity=form.instance, by=by), ["verified"]))
