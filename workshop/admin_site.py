"""The organisers' admin: our own start page, sign-in with a second factor."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from workshop.panels import render_panels


class WorkshopAdminSite(admin.AdminSite):
    site_title = _("Workshop organisers")
    site_header = _("Workshop organisers")
    index_title = _("What waits for you")

    def index(self, request, extra_context=None):
        panels = render_panels("admin", request)
        return super().index(request, (extra_context or {}) | {"panels": panels})

    def get_urls(self):
        self.login = secure_admin_login(self.login)
        return super().get_urls()
