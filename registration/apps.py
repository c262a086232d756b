from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Who is coming")

    def ready(self) -> None:
        from registration import signing_in  # noqa: F401 - connects what a mailed code proves
