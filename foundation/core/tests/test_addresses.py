"""One spelling of an address, however it is typed."""

import re

import pytest
from django.core.exceptions import ValidationError

from foundation.core.addresses import SPELT, spelling

PUNYCODE = "user@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("x@exam\u200bple.org", "x@example.org"),
        ("x@example.org\ufeff", "x@example.org"),
        ("x\u00ad@exam\u3164ple.org", "x@example.org"),
        ("ｘ＠ｅｘａｍｐｌｅ．ｏｒｇ", "x@example.org"),
        ("user@bücher.example", PUNYCODE),
        ("user@BÜCHER.example", PUNYCODE),
        ("user@XN--BCHER-KVA.example", PUNYCODE),
        ("o'neil+{news}@example.org", "o'neil+{news}@example.org"),
    ],
)
def test_address_has_one_spelling_that_stays_as_it_is(typed, spelt):
    assert spelling(typed) == spelt
    assert spelling(spelt) == spelt
    assert re.match(SPELT, spelt)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ('"x,mallory@evil.example,y"@kidsfirst.example', "without quotation marks"),
        ('"<1>"@example.org', "without quotation marks"),
        ("é@example.org", "without quotation marks"),
        ("a@example.org, b@example.org", "one e-mail address only"),
        ("a@example.org;b@example.org", "one e-mail address only"),
        ("a@x\ua7cb.org", "such as name@example.org"),
        ("a@localhost", "such as name@example.org"),
        ("a b@example.org", "such as name@example.org"),
        ("a@example.org\tAda", "such as name@example.org"),
        ("a@example.org\nAda", "such as name@example.org"),
        ("a@example.org\nBcc: b@example.org", "one e-mail address only"),
        ("a" * 250 + "@example.org", "such as name@example.org"),
        ("\u0301" * 100_000, "such as name@example.org"),
        ("", "such as name@example.org"),
    ],
)
def test_what_is_no_address_is_told_in_a_sentence(typed, sentence):
    with pytest.raises(ValidationError) as refused:
        spelling(typed)

    assert sentence in refused.value.messages[0]
