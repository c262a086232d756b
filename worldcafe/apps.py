from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorldCafeConfig(AppConfig):
    name = "worldcafe"
    verbose_name = _("World Café")

    def ready(self) -> None:
        from registration.signals import admission_lost
        from worldcafe.actions import when_admission_is_lost

        admission_lost.connect(when_admission_is_lost)
