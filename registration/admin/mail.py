"""Every mail of a workshop with its fate; read only."""

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from post_office.models import STATUS, Log

from foundation.backoffice.scoped import ScopedInline, act_on_each
from foundation.core import clock
from foundation.series.roles import Area, may
from registration.actions.mailing import send_again
from registration.admin.base import PeopleAdmin
from registration.admin.protected import HidesProtected
from registration.models import Mail

STATES = {
    STATUS.queued: gettext_lazy("waiting"),
    STATUS.requeued: gettext_lazy("waiting to be tried again"),
    STATUS.sent: gettext_lazy("delivered"),
    STATUS.failed: gettext_lazy("failed"),
}


def with_fate(mails: QuerySet) -> QuerySet:
    """`mails` with what became of each, and the mail server's last objection."""
    last = Log.objects.filter(email=OuterRef("email")).order_by("-pk").values("message")[:1]
    return mails.select_related("email", "workshop").annotate(objection=Subquery(last))


class Fate:
    """The columns that say what became of a mail."""

    @admin.display(description=gettext_lazy("subject"), ordering="email__subject")
    def subject(self, mail):
        return mail.email.subject

    @admin.display(description=gettext_lazy("to"), ordering="email__to")
    def to(self, mail):
        return ", ".join(mail.email.to)

    @admin.display(description=gettext_lazy("what became of it"), ordering="email__status")
    def fate(self, mail):
        state = STATES.get(mail.email.status, "")
        if mail.email.status == STATUS.sent:
            return f"{state} {clock.moment(mail.email.last_updated, mail.workshop.zone)}"
        return f"{state}: {mail.objection}" if mail.objection else str(state)

    @admin.display(description=gettext_lazy("tries that failed"))
    def tries(self, mail):
        return mail.email.number_of_retries or 0

    @admin.display(description=gettext_lazy("written"))
    def written(self, mail):
        return clock.moment(mail.email.created, mail.workshop.zone)


class ReadOnly:
    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


class MailInline(Fate, ReadOnly, ScopedInline, admin.TabularInline):
    """The mails of a participant, on their page."""

    model = Mail
    area = Area.PEOPLE
    fields = readonly_fields = ["opened", "fate", "tries", "written"]
    verbose_name_plural = gettext_lazy("mails to the participant")

    def get_queryset(self, request):
        return with_fate(super().get_queryset(request))

    @admin.display(description=gettext_lazy("subject"))
    def opened(self, mail):
        address = reverse("admin:registration_mail_change", args=[mail.pk])
        return format_html('<a href="{}">{}</a>', address, mail.email.subject)


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("what became of it")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        rows = model_admin.get_queryset(request).order_by()
        used = set(rows.values_list("email__status", flat=True).distinct())
        return [(str(status), state) for status, state in STATES.items() if status in used]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(email__status=self.value())


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        kinds = model_admin.get_queryset(request).order_by().values_list("kind", flat=True)
        return [(kind, kind.replace("_", " ")) for kind in sorted(set(kinds.distinct()))]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(kind=self.value())


@admin.register(Mail)
class MailAdmin(HidesProtected, Fate, ReadOnly, PeopleAdmin):
    participant_path = "participant__"
    list_display = ["subject", "to", "kind", "fate", "tries", "day"]
    list_filter = ["workshop", StateFilter, KindFilter]
    search_fields = ["email__to", "email__subject", "participant__badge_name"]
    fields = [
        "workshop",
        "participant",
        "to",
        "subject",
        "kind",
        "fate",
        "tries",
        "written",
        "text",
    ]
    actions = ["send_again"]

    def get_queryset(self, request):
        return with_fate(super().get_queryset(request))

    def get_fields(self, request, obj=None):
        """Another app’s mail (“app/kind”) is about a session: for those who may read them all."""
        fields = super().get_fields(request, obj)
        is_of_session = obj is not None and "/" in obj.kind
        if is_of_session and not may(request.user, "view", Area.PROGRAMME, obj.workshop):
            return [name for name in fields if name != "text"]
        return fields

    @admin.display(description=gettext_lazy("written"), ordering="email__created")
    def day(self, mail):
        return clock.day(mail.email.created, mail.workshop.zone)

    def has_send_permission(self, request):
        return may(request.user, "change", self.area)

    def row_actions(self, request, obj):
        return [("send_again", _("Send again"))]

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request, queryset):
        act_on_each(
            self,
            request,
            queryset,
            lambda mail: send_again(mail=mail),
            _("On their way again: %(count)s."),
        )

    @admin.display(description=gettext_lazy("text"))
    def text(self, mail):
        if mail.carries_secret:
            return _("Not shown: it carries a link or code for its reader alone.")
        return mark_safe(linebreaks(mail.email.message, autoescape=True))  # noqa: S308 - escaped
