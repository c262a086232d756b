"""Viewers are made in one way, and an answer is given in one."""

import re

import pytest
from django.conf import settings

from foundation.core.refusals import Refused
from registration.access import YES, Decision

ROOMS = ["foundation", "registration", "agenda", "worldcafe", "workshop", "tools"]


def test_viewer_is_made_nowhere_but_in_its_own_ways():
    files = [
        file.relative_to(settings.BASE_DIR)
        for room in ROOMS
        for file in (settings.BASE_DIR / room).rglob("*.py")
        if "tests" not in file.parts
    ]

    making = [file for file in files if re.search(r"\bViewer\(", file.read_text())]

    assert len(files) > 100
    assert making == []


def test_decision_refuses_with_its_code_and_sentence():
    no = Decision("over", "It is over.")

    with pytest.raises(Refused) as refused:
        no.or_refuse()

    assert (refused.value.code, refused.value.sentence) == ("over", "It is over.")
    assert not no


def test_yes_refuses_nothing():
    YES.or_refuse()

    assert YES


def test_no_says_why():
    with pytest.raises(ValueError, match="over"):
        Decision("over")
