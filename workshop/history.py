"""From where a change came: the address kept with every row of history."""

from django.db import models
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from workshop.audit import client_address


class AddressedHistory(models.Model):
    """Base of every history table: the address from which the change was made."""

    history_address = models.GenericIPAddressField(_("address"), null=True)

    class Meta:
        abstract = True


@receiver(pre_create_historical_record)
def _keep_address(sender, history_instance, **kwargs):
    # The library offers a signal only: there is no call of ours that it could replace.
    request = getattr(HistoricalRecords.context, "request", None)
    history_instance.history_address = client_address(request) if request else None
