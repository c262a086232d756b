"""Where files lie, what people see as their names, and how they are sent back."""

import secrets
import unicodedata
from pathlib import PurePosixPath

from django.core.files.base import File
from django.db.models import Model
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

# The only types that the site stores and sends.
OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".docx": f"{OFFICE}wordprocessingml.document",
    ".xlsx": f"{OFFICE}spreadsheetml.sheet",
    ".pptx": f"{OFFICE}presentationml.presentation",
}
# Suffixes that a file may come with and that its new one replaces.
KNOWN_SUFFIXES = {*CONTENT_TYPES, ".jpeg", ".webp"}

# Bytes, so at most as many characters: file systems take 255, Windows 260 with all folders.
DISPLAY_NAME_MAX = 200
# Joiners inside words of Khmer, Persian and Indian scripts, and inside emoji.
KEPT_FORMAT_CHARACTERS = "\u200b\u200c\u200d"

# Nothing in the file may run, load or be framed, even where a browser shows it all the same.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def random_name(suffix: str) -> str:
    """Return a file name of 128 random bits, which nobody guesses and which tells nothing."""
    return secrets.token_hex(16) + suffix


def stored_name(instance: Model, file_name: str) -> str:
    """Return where a file is stored: by its model, under a random name. For `upload_to`.

    Only the suffix is taken from `file_name`, which is one that our form fields gave.
    """
    return f"{instance._meta.label_lower}/{random_name(_suffix_of(file_name))}"


def _suffix_of(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    if suffix not in CONTENT_TYPES:
        raise ValueError("This file came by no form field of ours.")
    return suffix


def display_name(file_name: str, suffix: str) -> str:
    """Return a file's own name, made safe to show and to save, with the suffix that is true.

    No folders, no control characters, nothing that turns the direction of writing, and no longer
    than DISPLAY_NAME_MAX.
    """
    name = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(map(_shown, unicodedata.normalize("NFC", name)))
    name = " ".join(name.split())
    for known in KNOWN_SUFFIXES:
        if name.lower().endswith(known):
            name = name[: -len(known)]
            break
    room = DISPLAY_NAME_MAX - len(suffix)
    name = name.lstrip(". ").encode()[:room].decode(errors="ignore").rstrip(". ")
    return (name or _("file")) + suffix


def _shown(character: str) -> str:
    """Return the character, a space for whatever parts lines, nothing for what is not seen."""
    category = unicodedata.category(character)
    if character in "\t\n\r" or category in ("Zl", "Zp"):
        return " "
    if category.startswith("C") and character not in KEPT_FORMAT_CHARACTERS:
        return ""
    return character


def serve(file: "File[bytes]", name: str) -> FileResponse:
    """Answer with a stored file, to be saved under this name. Who may see it was asked before.

    Raises: Http404 where the file has been erased meanwhile.
    """
    suffix = _suffix_of(file.name or "")
    try:
        opened = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened,
        as_attachment=True,
        filename=display_name(name, suffix),
        content_type=CONTENT_TYPES[suffix],
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FILE_POLICY  # the middleware leaves one that is there
    response["Cache-Control"] = "private, no-store"
    return response
