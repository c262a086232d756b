from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Who is coming")

    def ready(self) -> None:
        from django.db.models.signals import pre_save

        from foundation.series.models import Workshop
        from registration import signing_in  # noqa: F401 - connects what a mailed code proves
        from registration.seats_cut import when_workshop_is_saved

        pre_save.connect(when_workshop_is_saved, sender=Workshop)
