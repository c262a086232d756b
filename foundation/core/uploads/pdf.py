"""PDF documents, written anew without what acts, hides or tells of its author."""

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from foundation.core.uploads.limits import refusal

# Entries that go wherever they stand.
FORBIDDEN_KEYS = {
    # What acts by itself, and forms that are programs.
    *("/JavaScript", "/AA", "/OpenAction", "/XFA", "/NeedsRendering"),
    # Other files, and what shows them.
    *("/EmbeddedFiles", "/EF", "/AF", "/Ref", "/Collection", "/RichMediaContent"),
    # Who made it, when, with what; what it looked like before.
    *("/Metadata", "/PieceInfo", "/SpiderInfo", "/LastModified", "/Thumb"),
}
# Of these, the ones that a page may also have given to a font or a picture.
FREE_NAMES = {"/AA", "/AF", "/Ref"}
RESOURCES = {"/Font", "/XObject", "/ExtGState"}
# Actions (by /S): what is left goes to a page of this document or to an address.
FORBIDDEN_ACTIONS = {
    *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR"),
    *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView"),
}
# Annotations (by /Subtype) that carry a file or play one.
FORBIDDEN_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
ADDRESSES = ("https://", "http://", "mailto:", "tel:")
SUSPECT = re.compile(
    "|".join(FORBIDDEN_KEYS | FORBIDDEN_ACTIONS | FORBIDDEN_ANNOTATIONS | {"/URI"}).encode()
).search


def rewrite_pdf(data: bytes) -> tuple[str, bytes]:
    """Return the PDF written anew, with the suffix of its name.

    Scripts, actions at opening, files inside, forms that are programs, and all metadata are gone;
    so is what earlier versions of the document left in the file.
    Raises: password, damaged; anything else where the file is damaged.
    """
    try:
        # What stands in the wrong place isn't searched for: readers would find different things.
        pdf = pikepdf.open(BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError as error:
        raise refusal("password") from error
    with pdf:
        if pdf.is_encrypted:
            raise refusal("password")
        if not len(pdf.pages):
            raise refusal("damaged")
        _strip(pdf)
        # The library goes on without what it can't unpack, or has no memory for.
        if any("error decoding stream" in warning for warning in pdf.get_warnings()):
            raise refusal("damaged")
        return ".pdf", _written(pdf)


def _strip(pdf: pikepdf.Pdf) -> None:
    for key in set(pdf.trailer.keys()) - {"/Root", "/Size"}:
        del pdf.trailer[key]
    for found in pdf.objects:
        if _is_suspect(found):
            for part in _with_parts(found):
                _strip_part(part)


def _is_suspect(found: Object) -> bool:
    """Whether a word that matters is in it. A document has 100,000 objects, and few of these."""
    if isinstance(found, Stream):
        return "/F" in found or SUSPECT(found.stream_dict.unparse(resolved=True)) is not None
    if isinstance(found, Dictionary | Array):
        return SUSPECT(found.unparse(resolved=True)) is not None
    return False


def _with_parts(found: Object) -> Iterator[Object]:
    """Yield the object if it is a dictionary, then the dictionaries written inside it."""
    waiting = [found]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, Array):
            yield part
        values = part if isinstance(part, Array) else [part[key] for key in list(part.keys())]
        waiting += [value for value in values if _is_written_inside(value)]


def _is_written_inside(value: Object) -> bool:
    return isinstance(value, Dictionary | Array) and not value.is_indirect


def _strip_part(part: Object) -> None:
    keys = set(part.keys())
    forbidden = FORBIDDEN_KEYS & keys
    if forbidden & FREE_NAMES and _names_resources(part):
        forbidden -= FREE_NAMES
    if isinstance(part, Stream):
        forbidden |= keys & {"/F"}  # the stream's bytes would come from another file
    if _is_forbidden_action(part):
        forbidden = keys
    if _name(part, "/Subtype") in FORBIDDEN_ANNOTATIONS:
        part["/Subtype"] = Name.Link  # one that leads nowhere
        forbidden = keys - {"/Type", "/Subtype", "/Rect"}
    for key in forbidden:
        del part[key]


def _names_resources(part: Object) -> bool:
    """Whether this is a page's list of fonts or pictures, whose keys are names of its own."""
    values = [part[key] for key in list(part.keys())]
    return all(
        isinstance(value, Dictionary | Stream) and _name(value, "/Type") in RESOURCES
        for value in values
    )


def _is_forbidden_action(part: Object) -> bool:
    action = _name(part, "/S")
    if action == "/URI":
        return not str(part.get("/URI")).strip().lower().startswith(ADDRESSES)
    return action in FORBIDDEN_ACTIONS


def _name(part: Object, key: str) -> str:
    name = part.get(key)
    return str(name) if isinstance(name, Name) else ""


def _written(pdf: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    pdf.save(
        out,
        # Pages and pictures are copied as they are: unpacking them would let a bomb go off.
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        fix_metadata_version=False,
        deterministic_id=True,
    )
    return out.getvalue()
