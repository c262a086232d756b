"""The site itself, and the admin that all apps share."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class WorkshopConfig(AppConfig):
    name = "workshop"

    def ready(self) -> None:
        from workshop import checks  # noqa: F401 - registers them


class WorkshopAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our own start page (see workshop/admin_site.py)."""

    default = False
    default_site = "workshop.admin_site.WorkshopAdminSite"
