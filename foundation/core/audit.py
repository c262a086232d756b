"""From where a change came: the caller's address, kept with every row of history."""

import re
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import models
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's address.

    X-Forwarded-For is believed only from as many proxies as are ours; where it can't be read, the
    proxy's own address is all that is known.
    """
    trusted: int = settings.TRUSTED_PROXIES
    chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    forwarded = _read_address(chain[-min(trusted, len(chain))]) if trusted else None
    return forwarded or _read_address(request.META.get("REMOTE_ADDR", ""))


def _read_address(text: str) -> str | None:
    """Read an address as proxies write it: plain, with a port, or with brackets and a zone."""
    with_port = re.fullmatch(r"\[(.+)\](?::\d+)?|([\d.]+):\d+", text.strip())
    plain = (with_port[1] or with_port[2]) if with_port else text.strip()
    try:
        return str(ip_address(plain.partition("%")[0]))
    except ValueError:
        return None


def acting_user() -> Any:
    """Return who is behind the request that is being answered; None where it is the worker's work.

    The same whom a row of history names.
    """
    user = getattr(getattr(HistoricalRecords.context, "request", None), "user", None)
    return user if user is not None and user.is_authenticated else None


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
