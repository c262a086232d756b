"""What is marked, and who may read it: the rule of the house written out, asked of no code of it.

A mark is a word that stands nowhere else. Whoever finds one must be among its readers.
"""

import re
import secrets
from dataclasses import dataclass

# Viewers by name; viewers.py makes them.
UNCONFIRMED = {"pending", "waiting", "declined", "cancelled"}
CONFIRMED = {
    *("confirmed", "claimed", "member", "grantee", "partner"),
    *("invitee", "interpreter", "host", "protected"),
}
# Staff by the areas that their duty at this workshop brings, and the operator, who has all.
ANY_DUTY = {"organiser", "programme", "desk", "logistics", "read-only", "operator"}
PEOPLE = ANY_DUTY
PROGRAMME = CAFE = ANY_DUTY - {"desk"}
SENSITIVE = {"organiser", "logistics", "operator"}
PROTECTED = {"organiser", "operator"}
NOBODY = set()

# Who may read a session in full.
MEMBERS = {"member", "protected"} | PROGRAMME
GRANTEES = {"grantee", "protected"} | PROGRAMME
BY_NAME = {"invitee", "interpreter", "protected"} | PROGRAMME
# The second workshop's own people, and those of one not published yet.
SECOND = {"member of the second", "organiser of the second", "operator"}
SECOND_STAFF = {"organiser of the second", "operator"}
UNPUBLISHED = {"operator"}

# Words, numbers of places (31001 and one less), and clocks of hidden sessions (06:10 to 06:49).
MARK = re.compile(r"zqx[0-9a-f]{8}|\b31[0-9]{3}\b|(?<![0-9:])06:[1-4][0-9]\b")


def new_word() -> str:
    """A word that looks like a mark."""
    return f"zqx{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Mark:
    """what: in words. readers: who may find it. finders: who must, or the test would see nothing.

    needs: the name of the page where they find it; nothing is demanded where there is none.
    """

    what: str
    readers: frozenset[str]
    finders: frozenset[str] = frozenset()
    needs: str = "home"


class Marks:
    """All marks of a world, by their text."""

    def __init__(self):
        self.by_text: dict[str, Mark] = {}
        self._numbers = iter(range(31_001, 31_900, 2))
        self._clocks = iter(range(10, 30))

    def word(self, what, readers, finders=NOBODY, needs="home", text=None) -> str:
        text = text or new_word()
        self.by_text[text] = Mark(what, frozenset(readers), frozenset(finders), needs)
        return text

    def number(self, what, readers) -> int:
        """A number of places, of which one is taken: what is left is marked as well."""
        number = next(self._numbers)
        for text in (str(number), str(number - 1)):
            self.word(what, readers, text=text)
        return number

    def clock(self, what, readers) -> tuple[int, int]:
        """The minutes after six at which a hidden session begins and ends."""
        minute = next(self._clocks)
        for text in (f"06:{minute}", f"06:{minute + 20}"):
            self.word(what, readers, text=text)
        return minute, minute + 20

    def inside(self, text: str) -> set[str]:
        """The marks that stand in `text`."""
        return {found for found in set(MARK.findall(text)) if found in self.by_text}

    def readable_to(self, viewer: str) -> set[str]:
        return {text for text, mark in self.by_text.items() if viewer in mark.readers}
