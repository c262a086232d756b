"""The demo, an app only where its own settings are used."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "tools.demo"

    def ready(self) -> None:
        from tools.demo import checks  # noqa: F401 - registers them
