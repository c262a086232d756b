"""What somebody who signs in reads off a mail."""

import re


def code_in(text: str) -> str:
    """The sign-in code of a mail's text."""
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", text, re.M)[0]
