from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "agenda"
    verbose_name = _("Programme")

    def ready(self) -> None:
        from agenda.actions import when_admission_is_lost
        from registration.signals import admission_lost

        admission_lost.connect(when_admission_is_lost)
