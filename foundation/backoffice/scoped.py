"""A screen of rows, and a table of rows on a screen, at the workshops where staff hold a role."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.backoffice.forms import InlineForm, ScopedForm
from foundation.backoffice.inline_rows import InlineRows
from foundation.backoffice.moments import told_with_zone
from foundation.backoffice.scope import Scoped
from foundation.core.refusals import Refused
from foundation.core.violations import refusal_of
from foundation.series.models import Workshop

M = TypeVar("M", bound=Model)
MOST_SENTENCES = 10  # of refusals, on one page


class ScopedAdmin(Scoped, admin.ModelAdmin):
    """A screen. A new row belongs to a workshop from the start, and never moves to another.

    refusal: why the form that is shown again could not be saved; set on a screen made for this
    one answer, see `changeform_view`.
    """

    form = ScopedForm
    list_per_page = 50
    list_max_show_all = 1_000
    show_full_result_count = False
    refusal = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.scope(super().get_queryset(request), request.user, "view")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": capfirst(self.opts.verbose_name_plural)} | (extra_context or {})
        return super().changelist_view(request, context)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [told_with_zone(self, each) for each in super().get_list_display(request)]

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Lead straight to the row's page: Django's detour would tell staff any row's address."""
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """List in a filter by a relation only values in use among the rows that staff may see."""
        return [
            (entry, admin.RelatedOnlyFieldListFilter) if self._is_relation(entry) else entry
            for entry in super().get_list_filter(request)
        ]

    def _is_relation(self, entry: object) -> bool:
        if not isinstance(entry, str):
            return False
        try:
            return bool(self.opts.get_field(entry).is_relation)
        except FieldDoesNotExist:
            return False

    # The stubs are those of Django 6, which passes one more.
    def response_action(  # type: ignore[override]
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Let actions change only rows that staff may change; a list can hold others."""
        return super().response_action(request, self.scope(queryset, request.user, "change"))

    # Which workshop a new row is for: what can be chosen depends on it, and by whose clock
    # times are read.

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for the workshop first, where it is not clear."""
        if self.workshop_path and self.workshop_of_new(request) is None:
            return self.ask_for_workshop(request)
        return super().add_view(request, form_url, extra_context)

    def workshop_of_new(self, request: HttpRequest) -> Workshop | None:
        """Return the workshop that a new row will belong to: the only one, or the one asked for."""
        if not self.workshop_path:
            return None
        mine = list(self._changeable_workshops(request))
        asked = request.POST.get("workshop") or request.GET.get("workshop")
        if asked:
            return next((each for each in mine if str(each.pk) == asked), None)
        return mine[0] if len(mine) == 1 else None

    def ask_for_workshop(self, request: HttpRequest) -> HttpResponse:
        """Return a page that asks which workshop a new row is for."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": _("Add %(row)s") % {"row": self.opts.verbose_name},
            "workshops": self._changeable_workshops(request),
        }
        return TemplateResponse(request, "admin/choose_workshop.html", context)

    def _changeable_workshops(self, request: HttpRequest) -> QuerySet[Workshop]:
        return Workshop.objects.staffed_by(request.user, "change", self.area)

    def edited_workshop(self, request: HttpRequest, obj: Model | None = None) -> Workshop | None:
        return self.workshop_of(obj) if obj else self.workshop_of_new(request)

    # The form of a row, and how it is saved.

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show and save a row by its workshop's clock; say on the form why it can't be saved.

        Once the saving began, Django has no way back to the form. By then all that was saved is
        undone; a screen made for this one answer knows the refusal, checks the form again, and
        shows it with everything that was typed.
        """
        self._activate_zone(request, object_id)
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        given = request, object_id, form_url, extra_context
        try:
            return self._saved(*given)
        except Refused as refused:
            refusal = refused.sentence
        except IntegrityError as error:
            # Else the form's own check finds now what the database found first.
            known = refusal_of(error)
            refusal = known.sentence if known else ""
        screen = type(self)(self.model, self.admin_site)
        screen.refusal = refusal
        try:
            return screen._saved(*given)
        except IntegrityError:
            screen.refusal = _(
                "This can't be saved: something else that is stored would no longer fit, such as "
                "a session outside the workshop's dates. Change that first."
            )
            return screen._saved(*given)

    def _saved(self, *given: Any) -> HttpResponse:
        """Save, and let the database check now what it else checks at the commit.

        There it could only be a fault.
        """
        with transaction.atomic():
            answer = super().changeform_view(*given)
            connection.check_constraints()
        return answer

    def _activate_zone(self, request: HttpRequest, object_id: str | None) -> None:
        """Read and show times by the workshop's clock; the middleware ends that with the answer."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        workshop = None if object_id and not row else self.edited_workshop(request, row)
        if workshop:
            timezone.activate(workshop.zone)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ScopedForm]:
        kwargs.setdefault("formfield_callback", self.field_maker(request, obj))
        form = cast(type[ScopedForm], super().get_form(request, obj, change=change, **kwargs))
        form.refusal = self.refusal
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Choose the workshop of a new row, where it is known."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        if workshop := self.workshop_of_new(request):
            initial["workshop"] = workshop.pk
        return initial

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show the workshop of a row without a choice, once it has one."""
        fixed = [self.workshop_path] if obj and self.workshop_path == "workshop" else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def row_actions(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Return the buttons on a row's own page: actions of the list, possible with it now.

        Name and label of each, as the screen's template shows them.
        """
        return []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj and self.may(request, "change", obj):
            context["row_actions"] = self.row_actions(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


class ScopedInline(Scoped, admin.TabularInline):
    """Rows edited in a table on their parent's screen; the parent says which workshop.

    `obj` is the parent, as Django hands it: it was fetched through its own scope.
    """

    parent_workshop_path = "workshop"
    form = InlineForm
    formset = InlineRows
    extra = 0
    show_change_link = False
    view_on_site = False  # Django's detour would tell any member of staff any row's address

    def workshop_of(self, obj: Any) -> Workshop:
        for step in filter(None, self.parent_workshop_path.split("__")):
            obj = getattr(obj, step)
        workshop: Workshop = obj
        return workshop

    def edited_workshop(self, request: HttpRequest, obj: Model | None = None) -> Workshop | None:
        parent = self.admin_site.get_model_admin(self.parent_model)
        return parent.edited_workshop(request, obj) if isinstance(parent, ScopedAdmin) else None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Let each row bring back what the page showed of it, where it can be changed."""
        fields = [each for each in super().get_fields(request, obj) if each != "opened_with"]
        return [*fields, *(["opened_with"] if self.has_change_permission(request, obj) else [])]

    def get_formset(
        self, request: HttpRequest, obj: Any = None, **kwargs: Any
    ) -> type[forms.BaseInlineFormSet]:
        kwargs.setdefault("formfield_callback", self.field_maker(request, obj))
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_dbfield(
        self,
        db_field: Field,
        request: HttpRequest,
        workshop: Workshop | None = None,
        **kwargs: Any,
    ) -> forms.Field | None:
        """Label each field: in a table it has only a heading far above."""
        field = super().formfield_for_dbfield(db_field, request, workshop, **kwargs)
        if field:
            field.widget.attrs.setdefault("aria-label", str(field.label))
        return field


def act_on_each(
    modeladmin: admin.ModelAdmin,
    request: HttpRequest,
    rows: Iterable[M],
    act: Callable[[M], object],
    done: str,
) -> None:
    """Do `act` with each row; say how many it worked for, and every refusal once, up to ten.

    done: the sentence of success, with %(count)s.
    """
    count, refusals = 0, []
    for row in rows:
        try:
            act(row)
            count += 1
        except Refused as refused:
            refusals.append(refused.sentence)
    if count:
        modeladmin.message_user(request, done % {"count": count}, messages.SUCCESS)
    said = list(dict.fromkeys(refusals))
    for sentence in said[:MOST_SENTENCES]:
        modeladmin.message_user(request, sentence, messages.ERROR)
    if more := len(said[MOST_SENTENCES:]):
        sentence = _("%(count)s more could not be done, for reasons like these.")
        modeladmin.message_user(request, sentence % {"count": more}, messages.ERROR)
