"""The apps that are ours, by their labels: a test that walks models walks those of all."""

from django.apps import apps

FLOORS = ("foundation.", "registration", "agenda", "worldcafe", "workshop")


def our_labels() -> tuple[str, ...]:
    return tuple(
        config.label for config in apps.get_app_configs() if config.name.startswith(FLOORS)
    )
