"""From where a change came: the caller's address, kept with every row of history."""

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

    X-Forwarded-For is believed only from as many proxies as are ours.
    """
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and forwarded:
        chain = [part.strip() for part in forwarded.split(",")]
        return chain[-min(trusted, len(chain))]
    address: str | None = request.META.get("REMOTE_ADDR")
    return address or None


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
