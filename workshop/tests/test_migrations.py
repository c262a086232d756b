"""Migrations: none missing, each named for its purpose."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

OURS = ["workshop", "registration", "agenda", "worldcafe"]


@pytest.mark.django_db
def test_models_have_no_missing_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_migration_names_say_their_purpose():
    names = [
        path.stem
        for app in OURS
        for path in (settings.BASE_DIR / app / "migrations").glob("[0-9]*.py")
    ]

    assert len(names) >= len(OURS)
    assert [name for name in names if not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", name)] == []
    assert [name for name in names if re.search(r"auto|alter_.*_and_more|_and_more", name)] == []


def test_every_app_of_ours_is_looked_at():
    own = {
        config.label
        for config in apps.get_app_configs()
        if str(settings.BASE_DIR) == config.path.rpartition("/")[0]
    }

    assert own == set(OURS)
