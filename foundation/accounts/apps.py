from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "foundation.accounts"
    verbose_name = _("Users")

    def ready(self) -> None:
        from foundation.accounts import second_factor  # noqa: F401 - connects what ends sessions
