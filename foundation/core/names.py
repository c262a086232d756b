"""Names as people type them: what can't be seen is taken out, and the same name is one name."""

import unicodedata
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db.models import F, Func, TextField
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

ZWNJ, ZWJ = "\u200c", "\u200d"
TEXT_STYLE, EMOJI_STYLE = "\ufe0e", "\ufe0f"
# Nothing is drawn for them, though Unicode counts them among letters, marks and symbols: fillers of
# Hangul, vowels of Khmer that are never drawn, an empty Braille cell, and what only picks a shape.
BLANK = {
    *map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0)),
    *map(chr, range(0xFFF0, 0xFFF9)),
    *map(chr, range(0xE0000, 0xE1000)),
}
# Of the invisible class (Cf), yet drawn: signs around Arabic and Syriac numbers.
DRAWN = {*map(chr, (*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2))}
# Words in these scripts are spelt with joiners: Arabic and Persian, Syriac, N'Ko; those of
# India and Sri Lanka; Tibetan, Burmese, Khmer, Mongolian.
JOINING = (
    (0x0600, 0x0860),
    (0x08A0, 0x0E00),
    (0x0F00, 0x10A0),
    (0x1780, 0x18B0),
    (0xA840, 0xAB00),
)
# Letters that have no accent to take off, and the letter among which they are sorted.
SORTED_AS = {"Đ": "D", "đ": "d", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "ı": "i"}
# Small letters that look, or whose capitals look, like a plain one; I, l, 1 and O, 0 look alike.
LOOKS_LIKE = {
    "a": "аα",
    "b": "вβ",
    "c": "сϲ",
    "d": "ԁđ",
    "e": "еε",
    "h": "нһη",
    "j": "јϳ",
    "k": "кκ",
    "l": "iіӏι1łı",
    "m": "мμ",
    "n": "ν",
    "o": "о0οø",
    "p": "рρ",
    "q": "ԛ",
    "s": "ѕ",
    "t": "тτ",
    "w": "ԝ",
    "x": "хχ",
    "y": "уү",
    "z": "ζ",
}
LOOKS = str.maketrans({like: plain for plain, all_like in LOOKS_LIKE.items() for like in all_like})
ACCENTS = range(0x0300, 0x0370)
LONGEST = 2_000  # no name: left as it is, to be refused for its length


def one_line(text: str) -> str:
    """Return a name as it is kept: one line, blanks single, nothing in it that can't be seen.

    Joiners stay inside words that are spelt with them, and in emoji made of several.
    """
    if len(text) > LONGEST:
        return text
    letters, kept = unicodedata.normalize("NFC", text), ""
    for place, letter in enumerate(letters):
        after = letters[place + 1 : place + 2]
        if letter.isspace() or _is_seen(letter, kept[-2:], after):
            kept += letter
    return " ".join(kept.split()) if shows_something(kept) else ""


def shows_something(text: str) -> bool:
    """Return whether anything of `text` would be seen: a letter, a digit, a sign."""
    return any(unicodedata.category(each)[0] in "LNPS" for each in text)


def validate_readable(text: str) -> None:
    """Refuse a name without a single letter or digit: nobody could read it on a badge."""
    if text and not any(character.isalnum() for character in text):
        raise ValidationError(_("Write it with letters, please."), code="unreadable")


def name_key(name: str) -> str:
    """Return what two names share that are the same, however cased, spaced or encoded."""
    plain = unicodedata.normalize("NFKC", one_line(name)).casefold()
    letters = unicodedata.normalize("NFKC", plain)
    return " ".join(letters.replace(ZWJ, "").replace(ZWNJ, "").split())


@lru_cache(maxsize=4096)
def look_of(name: str) -> str:
    """Return what two names share that look alike: letters of other alphabets, accents, signs."""
    parts = unicodedata.normalize("NFKD", name_key(name))
    letters = "".join(each for each in parts if unicodedata.category(each)[0] in "LMN")
    return "".join(each for each in letters if ord(each) not in ACCENTS).translate(LOOKS)


class SortedName(Func):
    """A name by which lists are sorted as people do: capitals and accents don't count.

    Made of what every PostgreSQL has: its collations differ from one server to the next.
    """

    function = "regexp_replace"
    template = (
        "regexp_replace(lower(translate(normalize(%(expressions)s, NFKD), "
        f"'{''.join(SORTED_AS)}', '{''.join(SORTED_AS.values())}')), '[\u0300-\u036f]', '', 'g') "
        'COLLATE "C"'
    )
    output_field = TextField()

    def __init__(self, name: str | Combinable) -> None:
        super().__init__(F(name) if isinstance(name, str) else name)


def _is_seen(letter: str, before: str, after: str) -> bool:
    """Return whether something is drawn for `letter`, or its neighbours need it."""
    if letter in (ZWJ, ZWNJ):
        return _joins(letter, before, after)
    if letter in (TEXT_STYLE, EMOJI_STYLE):
        return _is_picture(before[-1:])
    if "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef":
        return _is_ideograph(before[-1:])
    if "\u180b" <= letter <= "\u180f":
        return _joining(before[-1:])
    if letter in BLANK:
        return False
    return letter in DRAWN or unicodedata.category(letter) not in ("Cc", "Cf", "Cs")


def _joins(joiner: str, before: str, after: str) -> bool:
    """Return whether a joiner stands where one is written: inside a word, or between emoji."""
    last = before[-1:]
    if last and _joining(last):
        is_killed = unicodedata.combining(last) == 9  # a consonant without its vowel may end a word
        return is_killed or bool(after and _joining(after))
    picture = before[-2:-1] if last == EMOJI_STYLE else last
    return joiner == ZWJ and _is_picture(picture) and _is_picture(after)


def _joining(letter: str) -> bool:
    """Return whether `letter` is one, or a mark, of a script that has joiners."""
    is_letter = unicodedata.category(letter)[:1] in ("L", "M")
    return is_letter and any(first <= ord(letter) < end for first, end in JOINING)


def _is_picture(letter: str) -> bool:
    return bool(letter) and (
        unicodedata.category(letter) == "So" or "\U0001f3fb" <= letter <= "\U0001f3ff"
    )


def _is_ideograph(letter: str) -> bool:
    return bool(letter) and unicodedata.name(letter, "").startswith("CJK ")
