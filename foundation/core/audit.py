"""From where a change came: the caller's address, kept with every row of history."""

from ipaddress import ip_address

from django.conf import settings
from django.db import models
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's address, without a port; None where there is none that can be read.

    X-Forwarded-For is believed only from as many proxies as are ours.
    """
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and forwarded:
        chain = [part.strip() for part in forwarded.split(",")]
        return _address_in(chain[-min(trusted, len(chain))])
    return _address_in(request.META.get("REMOTE_ADDR", ""))


def _address_in(text: str) -> str | None:
    """Some proxies add the port: 203.0.113.5:4711, [2001:db8::1]:4711."""
    bare = text.partition("]")[0].lstrip("[") if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(ip_address(bare.partition("%")[0]))
    except ValueError:
        return None


class AddressedHistory(models.Model):
    """Base of every history table: the address from which the change was made."""

    history_address = models.GenericIPAddressField(_("address"), null=True)

    class Meta:
        abstract = True


@receiver(pre_create_historical_record)
def _keep_address(sender: object, history_instance: AddressedHistory, **kwargs: object) -> None:
    # The library offers a signal only: there is no call of ours that it could replace.
    request = getattr(HistoricalRecords.context, "request", None)
    history_instance.history_address = client_address(request) if request else None
