"""E-mail addresses: one spelling, for forms, sign-in, invitations, files and the database."""

import unicodedata

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email

from foundation.core.names import BLANK

LONGEST = 254
# What `spelling` makes: plain small letters, digits and signs; of the domain, its form in the DNS.
# In no language does any of them fold into another, so the database compares as we do.
SPELT = r"^[!#-'*+/0-9=?^-~.-]+@[a-z0-9.-]+$"

NOT_AN_ADDRESS = _("Enter an e-mail address such as name@example.org.")
SEVERAL = _("Enter one e-mail address only.")
STRANGE_LETTERS = _(
    "Before the @, an address can have the letters a to z, digits and signs such as . - _ and +, "
    "without quotation marks."
)


def spelling(typed: str) -> str:
    """Return an address as it is kept and compared, however it was typed.

    What can't be seen is dropped; letters are small ones of plain width; the domain is as the DNS
    has it. So mail, sign-in and every list mean one mailbox by it.

    Raises: a ValidationError with a sentence, where it is no address that can be written to.
    """
    if len(typed) > 2 * LONGEST:
        raise ValidationError(NOT_AN_ADDRESS, code="invalid")
    seen = "".join(each for each in typed if not _is_unseen(each))
    plain = unicodedata.normalize("NFKC", seen).strip()
    try:
        valid = validate_email(
            plain, check_deliverability=False, allow_quoted_local=False, allow_smtputf8=False
        )
    except EmailNotValidError as error:
        raise ValidationError(_mistake_in(plain), code="invalid") from error
    spelt = f"{valid.ascii_local_part}@{valid.ascii_domain}".lower()
    if len(spelt) > LONGEST:
        raise ValidationError(NOT_AN_ADDRESS, code="invalid")
    return spelt


def is_spelt(field: str) -> Q:
    """Return the condition that a column holds what `spelling` made, or nothing."""
    return Q(**{f"{field}__regex": SPELT}) | Q(**{field: ""})


def _is_unseen(letter: str) -> bool:
    """Return whether nothing is drawn for it; a tab or a line's end stands between two words."""
    if letter.isspace():
        return False
    return letter in BLANK or unicodedata.category(letter) in ("Cc", "Cf", "Cs")


def _mistake_in(plain: str) -> str:
    local, at, domain = plain.rpartition("@")
    if "@" in local or any(sign in plain for sign in ",;"):
        is_quoted = plain.startswith('"')
        return str(STRANGE_LETTERS if is_quoted else SEVERAL)
    is_strange = at and domain and (not local.isascii() or '"' in local)
    return str(STRANGE_LETTERS if is_strange else NOT_AN_ADDRESS)
