"""A new row belongs to a workshop from the start."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from foundation.series.models import Workshop


class NewRow:
    """Mix into a scoped screen: it asks which workshop a new row is for, where that is not clear.

    What can be chosen depends on it, and by whose clock times are read.
    """

    def add_view(self, request, form_url="", extra_context=None):
        if self.workshop_path and self.workshop_of_new(request) is None:
            return self._ask_for_workshop(request)
        return super().add_view(request, form_url, extra_context)

    def workshop_of_new(self, request) -> Workshop | None:
        """The workshop that a new row will belong to: the only one, or the one asked for."""
        if not self.workshop_path:
            return None
        mine = list(self._changeable_workshops(request))
        asked = request.POST.get("workshop") or request.GET.get("workshop")
        if asked:
            return next((each for each in mine if str(each.pk) == asked), None)
        return mine[0] if len(mine) == 1 else None

    def _changeable_workshops(self, request) -> QuerySet:
        return Workshop.objects.staffed_by(request.user, "change", self.area)

    def _ask_for_workshop(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": _("Add %(row)s") % {"row": self.opts.verbose_name},
            "workshops": self._changeable_workshops(request),
        }
        return TemplateResponse(request, "admin/choose_workshop.html", context)

    def get_changeform_initial_data(self, request):
        """Where it is known which workshop a new row belongs to, it is chosen."""
        initial = super().get_changeform_initial_data(request)
        if request.edited_workshop:
            initial["workshop"] = request.edited_workshop.pk
        return initial
