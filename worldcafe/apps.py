from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorldCafeConfig(AppConfig):
    name = "worldcafe"
    verbose_name = _("World Café")

    def ready(self) -> None:
        from agenda.signals import session_changed
        from registration.signals import admission_lost, registration_restored
        from worldcafe.actions import when_admission_is_lost
        from worldcafe.session_changes import give_table_back, when_session_changed

        admission_lost.connect(when_admission_is_lost)
        registration_restored.connect(give_table_back)
        session_changed.connect(when_session_changed)
