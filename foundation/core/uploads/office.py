"""Word, Excel and PowerPoint documents: looked through as the zip files that they are.

They are packed anew, but their parts stay as they were: what would have to be taken out of a part
makes the whole document refused, and its owner can always send a PDF.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from foundation.core.uploads.limits import (
    OFFICE_MAX_PARTS,
    OFFICE_MAX_RATIO,
    OFFICE_MAX_UNPACKED,
    refusal,
)

ZIP_BEGINS = b"PK\x03\x04"
ZIP_ENDS = b"PK\x05\x06"  # then 18 bytes, where nothing is written behind the zip file
# What Office kept files in before: .doc, .xls, and today macros and files inside a document.
OLE_BEGINS = b"\xd0\xcf\x11\xe0"

OFFICE = "application/vnd.openxmlformats-officedocument."
SUFFIXES = {
    f"{OFFICE}wordprocessingml.document.main+xml": ".docx",
    f"{OFFICE}spreadsheetml.sheet.main+xml": ".xlsx",
    f"{OFFICE}presentationml.presentation.main+xml": ".pptx",
}
# Words in a part's content type, with what we say to them.
FORBIDDEN_TYPES = {
    "vba": "macros",
    "macro": "macros",
    "activex": "macros",
    "oleobject": "files",
    "html": "files",
    "rtf": "files",
    "rfc822": "files",
    "externallink": "links",
    "connections+xml": "links",
}
# How a part is joined to another: the last word of the relationship's type.
FORBIDDEN_RELATIONSHIPS = {
    "vbaproject": "macros",
    "wordvbadata": "macros",
    "xlmacrosheet": "macros",
    "xlintlmacrosheet": "macros",
    "control": "macros",
    "activexcontrolbinary": "macros",
    "oleobject": "files",
    "afchunk": "files",
    "externallink": "links",
    "connections": "links",
}
ADDRESSES = ("https://", "http://", "mailto:", "tel:", "#")

# Who wrote it, for which office, when: parts that are stored empty.
SCHEMAS = "http://schemas.openxmlformats.org"
PACKAGE = f"{SCHEMAS}/package/2006"
PROPERTIES = f"{SCHEMAS}/officeDocument/2006"
EMPTIED = {
    "docprops/core.xml": f'<coreProperties xmlns="{PACKAGE}/metadata/core-properties"/>',
    "docprops/app.xml": f'<Properties xmlns="{PROPERTIES}/extended-properties"/>',
    "docprops/custom.xml": f'<Properties xmlns="{PROPERTIES}/custom-properties"/>',
}


@dataclass
class Allowance:
    """What a document may still unpack to, documents inside it included."""

    size: int
    parts: int = OFFICE_MAX_PARTS

    def take(self, parts: list[ZipInfo]) -> None:
        self.parts -= len(parts)
        self.size -= sum(part.file_size for part in parts)
        if self.parts < 0 or self.size < 0:
            raise refusal("unpacked")


def rewrite_office(data: bytes) -> tuple[str, bytes]:
    """Return the document packed anew, with the suffix of its name.

    Raises: document, password, macros, files, links, unpacked, damaged; anything else where the
    file is damaged.
    """
    if not data[-22:].startswith(ZIP_ENDS):
        raise refusal("damaged")
    allowance = Allowance(min(OFFICE_MAX_UNPACKED, len(data) * OFFICE_MAX_RATIO))
    with ZipFile(BytesIO(data)) as package:
        suffix = _check(package, allowance)
        return suffix, _packed_anew(package)


def _check(package: ZipFile, allowance: Allowance, inside: bool = False) -> str:
    """Look through every part, and return the suffix that the document should have."""
    parts = package.infolist()
    allowance.take(parts)
    _check_heads(parts)
    suffix = _check_types(package)
    for part in parts:
        _check_part(package, part, allowance, inside)
    return suffix


def _check_heads(parts: list[ZipInfo]) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise refusal("password")
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise refusal("damaged")
    for part in parts:
        steps = part.filename.rstrip("/").split("/")
        if "\\" in part.filename or ":" in part.filename or {"", ".", ".."} & set(steps):
            raise refusal("damaged")


def _check_part(package: ZipFile, part: ZipInfo, allowance: Allowance, inside: bool) -> None:
    with package.open(part) as opened:
        begins = opened.read(4)
    if begins == OLE_BEGINS:
        raise refusal("macros" if "vba" in part.filename.lower() else "files")
    if begins == ZIP_BEGINS:
        _check_inside(package.read(part), allowance, inside)
    if part.filename.lower().endswith(".rels"):
        _each_element(package.read(part), _check_relationship)


def _check_inside(data: bytes, allowance: Allowance, inside: bool) -> None:
    """Look through a document inside: the numbers of a chart are one. Inside it, none may be."""
    if inside:
        raise refusal("files")
    with ZipFile(BytesIO(data)) as package:
        _check(package, allowance, inside=True)


def _check_relationship(attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").rsplit("/", 1)[-1].lower()
    if kind in FORBIDDEN_RELATIONSHIPS:
        raise refusal(FORBIDDEN_RELATIONSHIPS[kind])
    if attributes.get("TargetMode", "").lower() != "external":
        return
    target = attributes.get("Target", "").strip().lower()
    if kind != "hyperlink" or not target.startswith(ADDRESSES):
        raise refusal("links")


def _check_types(package: ZipFile) -> str:
    if "[Content_Types].xml" not in package.namelist():
        raise refusal("document")  # some other zip file
    types: set[str] = set()
    _each_element(
        package.read("[Content_Types].xml"),
        lambda attributes: types.add(attributes.get("ContentType", "").lower()),
    )
    for word, code in FORBIDDEN_TYPES.items():
        if any(word in each for each in types):
            raise refusal(code)
    suffixes = [SUFFIXES[each] for each in types & SUFFIXES.keys()]
    if len(suffixes) != 1:
        raise refusal("document")
    return suffixes[0]


def _each_element(data: bytes, check: Callable[[dict[str, str]], None]) -> None:
    """Call `check` with the attributes of every element. No entity is ever expanded."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: check(attributes)
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.Parse(data, True)


def _refuse_declaration(*declared: object) -> None:
    raise refusal("damaged")  # Office writes none, and entities would come in by it


def _packed_anew(package: ZipFile) -> bytes:
    """Pack the parts into a new zip file: nothing between, before or behind them is left."""
    out = BytesIO()
    with ZipFile(out, "w") as new:
        for part in package.infolist():
            if not part.is_dir():
                _pack_part(package, part, new)
    return out.getvalue()


def _pack_part(package: ZipFile, part: ZipInfo, new: ZipFile) -> None:
    packed = ZipInfo(part.filename)  # of 1980: when it was written is nobody's business
    packed.compress_type = ZIP_DEFLATED
    emptied = EMPTIED.get(part.filename.lower())
    if emptied is not None:
        new.writestr(packed, emptied)
        return
    with package.open(part) as source, new.open(packed, "w") as target:
        shutil.copyfileobj(source, target)
