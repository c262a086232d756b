"""Forms that an operator is given, sent by those who have no right to: nothing is written."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workshop.tests.admin_walk import screens_of
from workshop.tests.leak.addresses import Address, addresses, rows_of
from workshop.tests.leak.forms import forms_in
from workshop.tests.leak.walking import Walk
from workshop.tests.our_apps import our_labels

pytestmark = pytest.mark.django_db

OURS = re.compile(rf'(?:INSERT INTO|UPDATE|DELETE FROM) "((?:{"|".join(our_labels())})_\w+)')


@pytest.fixture(scope="package")
def forms(world) -> list[tuple[Address, dict]]:
    """All that an operator could send from the admin's screens, with every action on every row."""
    walk, found = Walk(world, "operator"), []
    for address in addresses(world, only=lambda view: view.startswith("admin:")):
        response = walk.visit(address)
        if response is not None and response.status_code == 200:
            found += [(address, data) for _action, data in forms_in(response)]
    return found + list(_actions(world))


def _actions(world):
    for model, screen in screens_of(admin.site).items():
        view = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        chosen = {"_selected_action": [row.pk for row in rows_of(world, model)], "post": "yes"}
        for address in addresses(world, only=lambda name, view=view: name == view):
            for action in ("delete_selected", *(screen.actions or ())):
                name = action if isinstance(action, str) else action.__name__
                yield address, chosen | {"action": name}


def written(walk, address, data) -> set[str]:
    """The tables of ours into which this post writes."""
    with CaptureQueriesContext(connection) as asked:
        walk.visit(address, "post", data)
    return {table for query in asked for table in OURS.findall(query["sql"])}


@pytest.mark.parametrize(
    "viewer", ["nobody", "member", "former organiser", "staff without a role", "read-only"]
)
def test_who_may_change_nothing_writes_nothing(world, forms, viewer):
    walk = Walk(world, viewer)

    wrote = {
        f"{address.path} {data.get('action', '')}: {tables}"
        for address, data in forms
        if (tables := written(walk, address, data))
    }

    assert not wrote, "\n".join(sorted(wrote))


def test_organiser_of_another_workshop_writes_nothing_here(world, forms):
    walk = Walk(world, "organiser of the second")
    ours = {
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/"
        for model, screen in screens_of(admin.site).items()
        if hasattr(screen, "workshop_path")
        for row in rows_of(world, model)
        if screen.workshop_of(row) == world.here
    }
    at_ours = [(address, data) for address, data in forms if address.path.startswith(tuple(ours))]

    wrote = {address.path for address, data in at_ours if written(walk, address, data)}

    assert len(at_ours) > 10
    assert not wrote, "\n".join(sorted(wrote))


def test_operator_writes_with_these_forms(world, forms):
    """Or the tests above would send forms that nobody could write with."""
    walk = Walk(world, "operator")

    tables = set().union(*(written(walk, address, data) for address, data in forms))

    assert {"agenda_session", "agenda_signup", "agenda_room", "series_workshop"} <= tables
