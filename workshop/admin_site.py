"""The organisers' admin: our own start page, sign-in with a second factor."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from workshop.admin_autocomplete import WorkshopAutocomplete
from workshop.admin_base import OperatorsOnly, Scoped
from workshop.panels import render_panels


class WorkshopAdminSite(admin.AdminSite):
    site_title = _("Workshop organisers")
    site_header = _("Workshop organisers")
    index_title = _("What waits for you")

    def index(self, request, extra_context=None):
        panels = render_panels("admin", request)
        return super().index(request, (extra_context or {}) | {"panels": panels})

    def register(self, model_or_iterable, admin_class=None, **options):
        """Screens of ours alone: a library's own (outbox, sign-in) would know no workshop."""
        if admin_class and issubclass(admin_class, (Scoped, OperatorsOnly)):
            super().register(model_or_iterable, admin_class, **options)

    def autocomplete_view(self, request):
        return WorkshopAutocomplete.as_view(admin_site=self)(request)

    def get_urls(self):
        self.login = secure_admin_login(self.login)
        return [
            # It would tell any member of staff the address of any row of any workshop.
            entry
            for entry in super().get_urls()
            if getattr(entry, "name", None) != "view_on_site"
        ]
