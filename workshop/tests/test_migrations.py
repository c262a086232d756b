"""Migrations: none missing, each named for its purpose."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from workshop.tests.our_apps import our_labels


@pytest.mark.django_db
def test_models_have_no_missing_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_migration_names_say_their_purpose():
    names = [
        path.stem
        for label in our_labels()
        for path in (Path(apps.get_app_config(label).path) / "migrations").glob("[0-9]*.py")
    ]

    assert names
    assert [name for name in names if not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", name)] == []
    assert [name for name in names if re.search(r"auto|alter_.*_and_more|_and_more", name)] == []
