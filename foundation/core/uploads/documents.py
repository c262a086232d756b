"""Documents: what kind one is, its first bytes say."""

from foundation.core.uploads.limits import refusal
from foundation.core.uploads.office import ZIP_BEGINS, rewrite_office
from foundation.core.uploads.pdf import rewrite_pdf


def rewrite_document(data: bytes) -> tuple[str, bytes]:
    """Return the document written anew, with the suffix of its name.

    Raises: document, and what `rewrite_pdf` and `rewrite_office` do.
    """
    if data.startswith(b"%PDF-"):
        return rewrite_pdf(data)
    if data.startswith(ZIP_BEGINS):
        return rewrite_office(data)
    raise refusal("document")
