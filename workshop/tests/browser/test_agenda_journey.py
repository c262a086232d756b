"""A visitor reads the agenda of the real workshop."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from workshop.workshop_file import load

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bangkok():
    """The real workshop, moved to a Monday some ten weeks ahead."""
    today = date.today()
    monday = today + timedelta(days=70 - today.weekday())
    return load(settings.BASE_DIR / "examples/bangkok-2024.yaml", starts_on=monday).workshop


def test_visitor_reads_open_sessions_and_meets_locks(bangkok, person):
    visitor = person("visitor")

    visitor.goes_to(f"/{bangkok.slug}/agenda/")

    visitor.reads("Agenda", "Asia/Bangkok", "Locked.", "For: ECPAT member")
