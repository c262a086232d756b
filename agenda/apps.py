from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "agenda"
    verbose_name = _("Programme")

    def ready(self) -> None:
        from agenda.actions import give_seats_back, tell_roles, when_admission_is_lost
        from registration.signals import (
            admission_lost,
            registration_confirmed,
            registration_restored,
        )

        admission_lost.connect(when_admission_is_lost)
        registration_confirmed.connect(tell_roles)
        registration_restored.connect(give_seats_back)
