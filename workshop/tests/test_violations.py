"""Every rule that the database holds has its sentence: no constraint's name is ever shown."""

import re

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import UniqueConstraint

from foundation.core.violations import refusal_of
from workshop.tests.our_apps import our_labels

MODELS = [model for model in apps.get_models() if model._meta.app_label in our_labels()]
CONSTRAINTS = {each.name: (model, each) for model in MODELS for each in model._meta.constraints}


def sentence_of(model, constraint) -> str:
    """What a form says; Django has one of its own where some columns are unique in every row."""
    default = type(constraint).default_violation_error_message
    is_plain = isinstance(constraint, UniqueConstraint) and constraint.condition is None
    if is_plain and constraint.violation_error_message == default:
        error: ValidationError = model().unique_error_message(model, constraint.fields)
        return " ".join(error.messages)
    return str(constraint.get_violation_error_message())


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraint_has_its_sentence(name):
    sentence = sentence_of(*CONSTRAINTS[name])

    assert name not in sentence
    assert "is violated" not in sentence
    assert re.fullmatch(r"[A-Z].+\.", sentence)


@pytest.mark.django_db
def test_every_constraint_of_our_tables_is_one_of_a_model_or_has_a_refusal():
    """Read from the database itself: exclusions, checks and triggers as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype IN ('c', 'x', 't')"
            " AND conrelid::regclass::text = ANY(%s)",
            [[model._meta.db_table for model in MODELS]],
        )
        held = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT prosrc FROM pg_proc WHERE prosrc LIKE '%CONSTRAINT = %'")
        raised = {name for (body,) in cursor for name in re.findall(r"CONSTRAINT = '(\w+)'", body)}

    unknown = {name for name in held if not _is_ours(name)} - raised
    assert unknown == set()
    assert raised == {"inside_workshop", "session_inside_workshop"}
    assert all(refusal_of(_violating(name)) for name in raised)


def _is_ours(name: str) -> bool:
    """Whether it is a model's; Django itself checks that a positive number is, by its field."""
    return name in CONSTRAINTS or name.endswith("_check")


def _violating(name: str) -> IntegrityError:
    error, cause = IntegrityError(), Exception()
    cause.diag = type("Diagnosis", (), {"constraint_name": name})  # type: ignore[attr-defined]
    error.__cause__ = cause
    return error
