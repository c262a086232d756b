"""Saying no: never without a sentence."""

import pytest

from foundation.core.refusals import Refused


def test_nobody_is_refused_without_a_sentence():
    with pytest.raises(ValueError, match="full"):
        Refused("full", "")


def test_refusal_keeps_its_code_and_its_sentence():
    refused = Refused("full", "All seats are taken.")

    assert (refused.code, refused.sentence, str(refused)) == (
        "full",
        "All seats are taken.",
        "full",
    )
