"""Names: what can't be seen is taken out, what is the same is told to be, and lists are sorted."""

import pytest

from foundation.core.names import look_of, name_key, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u3164", ""),
        ("\u200b\u00ad", ""),
        ("\u0301", ""),
        ("A\u200bd\u200da \u00adExam\U000e0041ple", "Ada Example"),
        ("  Ada \r\n Example\u2028", "Ada Example"),
        ("Nguye\u0302\u0303n", "Nguy\u1ec5n"),
    ],
)
def test_what_cannot_be_seen_is_taken_out_of_a_name(typed, kept):
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    "name",
    [
        "ශ්\u200dරී",  # Sinhala: the joiner makes the letter
        "می\u200cخواهم",  # Persian: it parts the prefix
        "രാജന്\u200d",  # Malayalam: it ends the word
        "ក្រុម\u200cខ្មែរ",
        "👩\u200d👩\u200d👧 Family",
        "Heart ❤\ufe0f",
        "辻\U000e0100 Example",
    ],
)
def test_joiners_stay_where_a_word_or_picture_needs_them(name):
    assert one_line(name) == name


def test_text_too_long_for_a_name_is_left_to_be_refused_for_it():
    text = "\u0301" * 100_000

    assert one_line(text) is text


@pytest.mark.parametrize(
    "other", ["KIDS  first", "Kids First ", "Ｋｉｄｓ First", "Kids\u00a0First", "Kids\u200b First"]
)
def test_name_is_the_same_however_cased_spaced_or_encoded(other):
    assert name_key(other) == name_key("Kids First")


@pytest.mark.parametrize(
    "other",
    ["ЕСРАТ International", "ECPAT lnternational", "ECPAT-lnternatiοnal", "Ecpát 1nternational"],
)
def test_look_alikes_have_one_look_and_are_not_the_same(other):
    assert look_of(other) == look_of("ECPAT International")
    assert name_key(other) != name_key("ECPAT International")


@pytest.mark.parametrize(
    ("one", "other"), [("Kids First", "Kids Fist"), ("ក្រុមកុមារ", "ក្រមកមារ"), ("Éveil", "Reveil")]
)
def test_other_names_look_otherwise(one, other):
    assert look_of(one) != look_of(other)
