"""What a file may hold, and what we say to the person whose file holds something else."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# A telephone's picture has 2 to 8 MB. The proxy takes 12 MB a request (deploy/nginx.conf).
FILE_MAX_BYTES = 10 * 1024 * 1024

# Telephones take 12 to 50 megapixels, and "50" is up to 8192 × 6144. Four bytes each in memory.
PICTURE_MAX_PIXELS = 8192 * 6144
# Stored no larger: a poster of A4 size stays readable, and hotel Wi-Fi carries it.
PICTURE_MAX_SIDE = 2560

# A presentation of 300 slides has about 1,500 parts.
OFFICE_MAX_PARTS = 3000
# Ten times the largest file. Text packs 5 to 40 times, a bomb up to 1,000 times.
OFFICE_MAX_UNPACKED = 10 * FILE_MAX_BYTES
OFFICE_MAX_RATIO = 100

# What reading one file may use. Measured: the largest picture takes 0.8 GB and 4 seconds; a PDF
# of 60 KB, made for it, 2.3 GB.
READING_MAX_MEMORY = 1024 * 1024 * 1024
READING_MAX_SECONDS = 20

SENTENCES = {
    "picture": _("Choose a picture in JPEG, PNG or WebP format, at most 10 MB."),
    "document": _(
        "Choose a PDF, Word (.docx), Excel (.xlsx) or PowerPoint (.pptx) document, at most 10 MB."
    ),
    "empty": _("This file is empty. Choose another file."),
    "damaged": _("We can't read this file. Save it again, and choose the new file."),
    "pixels": _("Choose a picture with at most 50 megapixels."),
    "password": _("This document has a password. Save it without one, and choose that file."),
    "macros": _("This document has macros. Save it as PDF, and choose that file."),
    "files": _("This document has other files inside. Save it as PDF, and choose that file."),
    "links": _(
        "This document takes content from other files or websites. "
        "Save it as PDF, and choose that file."
    ),
    "unpacked": _("This document is too large once opened. Save it as PDF, and choose that file."),
}


def refusal(code: str) -> ValidationError:
    """Return what to raise where a file is refused: the sentence of this code."""
    return ValidationError(SENTENCES[code], code=code)
