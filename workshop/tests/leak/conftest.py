"""One world for all leak tests; whatever is done in it is undone."""

import logging
from datetime import UTC, datetime, time

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from workshop.tests.leak.viewers import add_viewers
from workshop.tests.leak.world import World


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker):
    """It is noon there, and far from 6 o'clock, which is when hidden sessions begin.

    Stored for good until the last test: in one transaction with thousands of requests undone in
    it, PostgreSQL would grow slower with each.
    """
    noon = datetime.combine(datetime.now(UTC), time(12), tzinfo=UTC)
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), time_machine.travel(noon):
        _count_from_a_million()
        made = World()
        add_viewers(made)
        yield made
        call_command("flush", interactive=False, verbosity=0)
    logging.disable(logging.NOTSET)


def _count_from_a_million() -> None:
    """Let no row's key be one of the numbers that are marks, however many tests ran before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(oid::regclass, 1000000) FROM pg_class "
            "WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
        )
