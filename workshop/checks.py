"""What `manage.py check --deploy` says of settings that must not go into production."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

EXAMPLES = ("example.org", "example.com", "example.net")
EXAMPLE_SENDER = Warning(
    "DEFAULT_FROM_EMAIL is an example: mail would come from nobody.",
    hint="Set DEFAULT_FROM_EMAIL to an address of yours.",
    id="workshop.W001",
)
EMBEDDED_DATABASE = Error(
    "DATABASE_URL is not set: the embedded PostgreSQL is not for production.",
    hint="Name a PostgreSQL server; deploy/database.sql makes its role.",
    id="workshop.E001",
)
LINKS_LEAD_ELSEWHERE = Warning(
    "SITE_URL is not an https:// address of a host in ALLOWED_HOSTS: links in mail "
    "would lead elsewhere.",
    hint="Set SITE_URL to where the site is reached.",
    id="workshop.W002",
)


@register(Tags.security, deploy=True)
def production_is_set_up(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find a sender that is an example, the embedded database, and links that lead elsewhere."""
    found: list[CheckMessage] = []
    if _is_example(parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]):
        found.append(EXAMPLE_SENDER)
    if settings.DATABASES["default"]["ENGINE"] == "tools.embedded_postgresql":
        found.append(EMBEDDED_DATABASE)
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https" or site.hostname not in settings.ALLOWED_HOSTS:
        found.append(LINKS_LEAD_ELSEWHERE)
    return found


def _is_example(host: str) -> bool:
    return not host or any(host == name or host.endswith(f".{name}") for name in EXAMPLES)
