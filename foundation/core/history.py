"""History that tells the truth: a row for each press that changed something, and none besides."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.dispatch import receiver
from django.utils.translation import gettext as _
from simple_history import utils
from simple_history.models import HistoricalRecords
from simple_history.signals import post_create_historical_record

from foundation.core import clock
from foundation.core.audit import AddressedHistory, acting_user, client_address

MOST = 20  # rows that are looked through for the last change of a field
KEPT = "_history_of_this_press"


def keep_history(**options: Any) -> Any:
    """Return what keeps a model's history, each row with the address that it came from."""
    return OneRowAPress(bases=[AddressedHistory], **options)


class OneRowAPress(HistoricalRecords):
    """The rows of a model's history.

    The library writes a row for every `save`, whether it changed anything or not, and one more for
    every change of a choice of several. Here what one request changes of a row is one row.
    """

    def create_historical_record(
        self, instance: Model, history_type: str, using: str | None = None
    ) -> None:
        rows = list(getattr(instance, self.manager_name).all()[:2]) if history_type == "~" else []
        if not rows:
            super().create_historical_record(instance, history_type, using)
        elif not self._differs(instance, rows[0]):
            return
        elif not _is_of_this_press(rows[0]):
            super().create_historical_record(instance, history_type, using)
        elif len(rows) == 2 and not self._differs(instance, rows[1]):
            rows[0].delete()  # changed, and changed back
        else:
            self._write_over(rows[0], instance)

    def _differs(self, instance: Model, record: Any) -> bool:
        fields = self.fields_included(instance)
        return any(_value(instance, each) != _value(record, each) for each in fields) or any(
            _chosen(instance, each) != _chosen_then(record, each)
            for each in record._history_m2m_fields
        )

    def _write_over(self, record: Any, instance: Model) -> None:
        for field in self.fields_included(instance):
            setattr(record, field.attname, getattr(instance, field.attname))
        reason = self.get_change_reason_for_object(instance, "~", None)
        record.history_change_reason = reason or record.history_change_reason
        record.history_user = self.get_history_user(instance) or record.history_user
        record.save()
        for field in record._history_m2m_fields:
            getattr(record, field.name).all().delete()
        self.create_historical_record_m2ms(record, instance)


def record_changes(rows: Sequence[Any], why: str) -> None:
    """Keep a row of history for each of `rows`, of one model and just changed in bulk.

    A few queries, however many they are.
    """
    if not rows:
        return
    request = getattr(HistoricalRecords.context, "request", None)
    model = type(rows[0])
    records = model.history.bulk_history_create(
        rows,
        update=True,
        default_user=acting_user(),
        default_change_reason=why,
        custom_historical_attrs={"history_address": client_address(request) if request else None},
    )
    for field in records[0]._history_m2m_fields:
        _keep_chosen(model, field, records)


def _keep_chosen(model: Any, field: Any, records: Sequence[Any]) -> None:
    """Keep with each record what was chosen of several, as the library does one by one."""
    owner, through = utils.get_m2m_field_name(field), getattr(model, field.name).through
    by_row = {getattr(each, model._meta.pk.attname): each for each in records}
    kept = getattr(type(records[0]), field.name).model
    links = through._base_manager.filter(**{f"{owner}__in": by_row})
    kept._base_manager.bulk_create(
        kept(history=by_row[link[f"{owner}_id"]], **link) for link in links.values()
    )


def _value(row: Any, field: Any) -> Any:
    return field.get_prep_value(getattr(row, field.attname))


def _chosen(instance: Any, field: Any) -> set[Any]:
    return set(getattr(instance, field.name).order_by().values_list("pk", flat=True))


def _chosen_then(record: Any, field: Any) -> set[Any]:
    other = utils.get_m2m_reverse_field_name(field)
    return set(getattr(record, field.name).values_list(other, flat=True))


@receiver(post_create_historical_record)
def _remember(sender: object, history_instance: Any, **kwargs: object) -> None:
    request = getattr(HistoricalRecords.context, "request", None)
    if request is not None:
        vars(request).setdefault(KEPT, set()).add((type(history_instance), history_instance.pk))


def _is_of_this_press(record: Any) -> bool:
    request = getattr(HistoricalRecords.context, "request", None)
    return (type(record), record.pk) in vars(request).get(KEPT, ()) if request else False


def last_change_in_words(row: Model, name: str) -> str:
    """Return e.g. “ by Amina, Tue 9 Feb 2027, 11:00”, by the clock of the page; "" if unknown."""
    record = _last_change(row, name)
    if record is None:
        return ""
    told = {
        "who": record.history_user,
        "at": clock.moment_here(record.history_date),
    }
    return _(" by %(who)s, %(at)s") % told if record.history_user else _(", %(at)s") % told


def _last_change(row: Model, name: str) -> Any:
    """The newest row of history in which `name` is another than before."""
    history = getattr(row, "history", None)
    records = list(history.all()[:MOST]) if history is not None else []
    if not records or not _is_kept(records[0], name):
        return next(iter(records), None)
    pairs = zip(records, records[1:], strict=False)
    differing = (new for new, old in pairs if new.diff_against(old, included_fields=[name]).changes)
    return next(differing, None)


def _is_kept(record: Any, name: str) -> bool:
    kept = {each.name for each in (*record.tracked_fields, *record._history_m2m_fields)}
    return name in kept
