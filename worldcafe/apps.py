from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorldCafeConfig(AppConfig):
    name = "worldcafe"
    verbose_name = _("World Café")
