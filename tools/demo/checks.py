"""What `manage.py check` says of a demo that others could reach."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]"}
REACHED_FROM_ELSEWHERE = Error(
    "This is the demo, and ALLOWED_HOSTS names hosts other than this machine.",
    hint="The demo shows everybody's mail to everybody: leave it on this machine.",
    id="demo.E001",
)
IN_PRODUCTION = Error(
    "These are the demo's settings.",
    hint="Set DJANGO_SETTINGS_MODULE to workshop.settings, or leave it out.",
    id="demo.E002",
)


@register("demo")
def demo_stays_on_this_machine(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse other hosts: the demo shows every mail, codes included, to whoever asks."""
    return [] if set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS else [REACHED_FROM_ELSEWHERE]


@register(Tags.security, deploy=True)
def demo_is_not_production(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse the demo's settings in production."""
    return [IN_PRODUCTION]
