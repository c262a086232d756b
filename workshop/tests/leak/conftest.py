"""One world for all leak tests; whatever is done in it is undone."""

import logging
from datetime import UTC, datetime, time

import pytest
import time_machine
from django.core.management import call_command

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
        made = World()
        add_viewers(made)
        yield made
        call_command("flush", interactive=False, verbosity=0)
    logging.disable(logging.NOTSET)
