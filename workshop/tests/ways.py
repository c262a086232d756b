"""The ways along which a row belongs to a workshop, as the models tell them."""

from django.db.models import ForeignKey, Model

from foundation.series.models import Workshop
from workshop.tests.worlds import tables


def ways_of(model: type[Model]) -> dict[str, str]:
    """Each way by its field; that by which the row belongs to its workshop first."""
    fields = [field for field in model._meta.fields if isinstance(field, ForeignKey)]
    found = {field.name: way for field in fields if (way := _along(model, field))}
    return dict(sorted(found.items(), key=lambda item: item[0] != "workshop"))


def _along(model, field) -> str:
    target = field.related_model
    if target is Workshop:
        return field.column
    if target._meta.app_label not in {each._meta.app_label for each in tables()}:
        return ""
    if target is model:
        return f"{field.column} {model._meta.db_table}.workshop_id"
    on = next(iter(ways_of(target).values()), "")
    return f"{field.column} {target._meta.db_table}.{on}" if on else ""


def owned() -> list[type[Model]]:
    """Every table whose rows belong to a workshop, the joining ones as well."""
    return [model for model in tables() if model is not Workshop and ways_of(model)]
