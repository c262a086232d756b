"""What `manage.py check --deploy` says of settings that must not go into production."""

from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
EXAMPLES = ("example.org", "example.com", "example.net")


@register("workshop")
def demo_stays_on_this_machine(app_configs, **kwargs):
    """The demo shows every mail, codes included, to whoever asks: nobody else may reach it."""
    if settings.DEMO and not set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
        return [
            Error(
                "DEMO is on and ALLOWED_HOSTS names hosts other than this machine.",
                hint="The demo shows everybody's mail to everybody. Turn DEMO off.",
                id="workshop.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def production_is_set_up(app_configs, **kwargs):
    """The demo is off, mail has a sender of our own, a real database and links have their host."""
    found = []
    if settings.DEMO:
        found.append(Error("DEMO is on.", hint="Leave it out.", id="workshop.E002"))
    if _is_example(parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]):
        found.append(
            Warning(
                "DEFAULT_FROM_EMAIL is an example: mail would come from nobody.",
                hint="Set DEFAULT_FROM_EMAIL to an address of yours.",
                id="workshop.W001",
            )
        )
    if settings.DATABASES["default"]["ENGINE"] == "tools.embedded_postgresql":
        found.append(
            Error(
                "DATABASE_URL is not set: the embedded PostgreSQL is not for production.",
                hint="Name a PostgreSQL server; deploy/database.sql makes its role.",
                id="workshop.E003",
            )
        )
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https" or site.hostname not in settings.ALLOWED_HOSTS:
        found.append(
            Warning(
                "SITE_URL is not an https:// address of a host in ALLOWED_HOSTS: links in mail "
                "would lead elsewhere.",
                hint="Set SITE_URL to where the site is reached.",
                id="workshop.W002",
            )
        )
    return found


def _is_example(host: str) -> bool:
    return not host or any(host == name or host.endswith(f".{name}") for name in EXAMPLES)
