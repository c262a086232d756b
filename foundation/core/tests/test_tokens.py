"""A token opens what was signed, for its purpose, in its time; anything else opens nothing."""

from datetime import UTC, datetime, timedelta

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from foundation.core import tokens


@given(st.lists(st.text()))
def test_token_gives_back_what_was_signed(parts):
    assert tokens.read("verify", tokens.sign("verify", *parts)) == parts


def test_token_for_another_purpose_opens_nothing():
    assert tokens.read("invite", tokens.sign("verify", "x")) is None


@given(st.text())
def test_forged_token_opens_nothing(text):
    assert tokens.read("verify", text) is None
    assert tokens.read("verify", tokens.sign("verify", "x") + text) in (
        None,
        ["x"] if not text else None,
    )


def test_token_is_void_when_its_time_is_over():
    with time_machine.travel(datetime(2027, 2, 1, tzinfo=UTC), tick=False) as clock:
        token = tokens.sign("verify", "x")
        clock.shift(timedelta(days=3) - timedelta(seconds=1))
        assert tokens.read("verify", token, good_for=timedelta(days=3)) == ["x"]

        clock.shift(timedelta(seconds=2))

        assert tokens.read("verify", token, good_for=timedelta(days=3)) is None
