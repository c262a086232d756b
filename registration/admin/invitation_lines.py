"""People as lines, the way that a mail program or a spreadsheet puts them on the clipboard."""

import csv
import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.core.addresses import spelling
from registration.models import Invitation

# Name <name@example.org>, perhaps with the mark that would stand before the next one.
MAILBOX = re.compile(r"""^\s*["']?(?P<name>[^<>@"]*?)["']?\s*<(?P<address>[^<>]+)>\s*[,;]?\s*$""")
SEPARATORS = "\t;,"  # what a line has of them first is what its columns are parted by
HEADINGS = {"mail", "email", "courriel", "correo", "address", "adresse", "name", "nom", "nombre"}


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines that somebody is meant by, with their numbers; without a row of headings."""
    is_first = True
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            if not (is_first and _is_heading(line)):
                yield number, line
            is_first = False


def person_of(line: str) -> tuple[str, str]:
    """Return the address, in its one spelling, and the name that a line gives, if any.

    Raises: a ValidationError where it isn't one address and one name.
    """
    address, names = _parts_of(line)
    if len(names) > 1:
        sentence = _(
            "Too many columns: write one address and one name, in this order or the other."
        )
        raise ValidationError(sentence, code="columns")
    name = Invitation._meta.get_field("name").clean(" ".join(names), None)
    return spelling(address), name


def _parts_of(line: str) -> tuple[str, list[str]]:
    """The address of a line, as typed, and what else stands in it."""
    if mailbox := MAILBOX.match(line):
        return mailbox["address"], [mailbox["name"]]
    separator = next((each for each in SEPARATORS if each in line), ",")
    [cells] = csv.reader([line], delimiter=separator, skipinitialspace=True)
    cells = [cell.strip() for cell in cells if cell.strip()]
    addresses = [cell for cell in cells if "@" in cell or "＠" in cell]
    if not addresses:
        raise ValidationError(_("There is no e-mail address in it."), code="none")
    if len(addresses) > 1 or len(addresses[0].split()) > 1:
        raise ValidationError(_("Write one address a line, with one name."), code="several")
    return addresses[0], [cell for cell in cells if cell not in addresses]


def _is_heading(line: str) -> bool:
    words = re.findall(r"\w+", line.casefold().replace("e-mail", "email"))
    return "@" not in line and not HEADINGS.isdisjoint(words)
