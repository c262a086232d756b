"""What organisers are told before they cut a workshop's seats below those taken."""

from django.utils.translation import gettext as _

from foundation.backoffice.taking import Consequence, note
from foundation.series.models import Workshop
from registration.waiting_list import WorkshopPool


def when_workshop_is_saved(sender: object, instance: Workshop, **kwargs: object) -> None:
    """Receive `pre_save`: a confirmed seat is taken away by cancelling, never by counting."""
    if instance.pk is None or instance.seats is None:
        return
    pool = WorkshopPool(instance)
    taken = pool.taken() + pool.offered()
    if not taken > instance.seats < _seats_before(instance, taken):
        return
    sentence = _(
        "%(taken)d seats are taken or offered, more than %(seats)d. Nobody loses theirs: to take "
        "one away, cancel a registration. No seat is given until fewer are taken."
    )
    numbers = {"taken": taken, "seats": instance.seats}
    key = f"seats:{instance.pk}:{taken}:{instance.seats}"
    note(Consequence(workshop=instance, what=sentence % numbers, key=key))


def _seats_before(workshop: Workshop, unlimited: int) -> int:
    before = Workshop.objects.filter(pk=workshop.pk).values_list("seats", flat=True).first()
    return unlimited if before is None else before
