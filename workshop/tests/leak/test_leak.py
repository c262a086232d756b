"""The leak test: every address, every kind of viewer, and no mark where it must not be."""

import logging
from datetime import UTC, datetime, time

import pytest
import time_machine
from django.db import transaction
from django.urls import NoReverseMatch, reverse

from workshop.tests.leak.addresses import addresses, queries
from workshop.tests.leak.viewers import STAFF, VIEWERS, add_viewers
from workshop.tests.leak.walking import Walk
from workshop.tests.leak.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for all; whatever is done in it is undone. It is noon, and far from 6 o'clock."""
    noon = datetime.combine(datetime.now(UTC), time(12), tzinfo=UTC)
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), time_machine.travel(noon), transaction.atomic():
        made = World()
        add_viewers(made)
        yield made
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def is_admin(view) -> bool:
    return view.startswith("admin:")


def is_there(name) -> bool:
    try:
        return bool(reverse(name, args=["here"] if ":" in name and not is_admin(name) else []))
    except NoReverseMatch:
        return False


@pytest.fixture(scope="module")
def walks(world):
    """Every viewer's whole way through the site, walked once."""
    walked = {}

    def walk(viewer) -> Walk:
        if viewer not in walked:
            walked[viewer] = _walk(world, viewer)
        return walked[viewer]

    return walk


def _walk(world, viewer) -> Walk:
    walk = Walk(world, viewer)
    is_staff = viewer in STAFF
    for address in addresses(world, is_staff=is_staff):
        walk.visit_with_all_verbs(address)
        for query in queries(world, address, is_staff=is_staff):
            walk.visit(query)
    return walk


@pytest.mark.parametrize("viewer", VIEWERS)
def test_viewer_comes_upon_nothing_but_what_is_theirs_to_read(world, walks, viewer):
    walk = walks(viewer)

    unseen = [
        mark.what
        for text, mark in world.marks.by_text.items()
        if viewer in mark.finders and is_there(mark.needs) and text not in walk.seen
    ]
    assert not walk.findings, "\n".join(walk.findings)
    assert not unseen, f"“{viewer}” must find, and didn't: " + "; ".join(sorted(set(unseen)))
