"""Office documents are looked through, and refused for what they would bring along."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError

from foundation.core.tests.files import MAIN, office, packed, picture, relationships
from foundation.core.uploads.documents import rewrite_document
from foundation.core.uploads.limits import OFFICE_MAX_PARTS
from foundation.core.uploads.reading import read_here

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(data: bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        read_here(rewrite_document, data)
    return caught.value.code


def parts_of(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
def test_document_keeps_its_parts(kind):
    sent = office(kind, {"media/picture.png": picture("PNG")})

    suffix, clean = rewrite_document(sent)

    kept, before = parts_of(clean), parts_of(sent)
    assert suffix == f".{kind}"
    assert list(kept) == list(before)
    assert kept.pop("docProps/core.xml") != before.pop("docProps/core.xml")
    assert kept == before


def test_author_is_gone():
    _suffix, clean = rewrite_document(office())

    assert b"secretmark" not in b"".join(parts_of(clean).values())


def test_links_to_addresses_stay():
    web = ("hyperlink", "https://example.org/", "External")
    mail = ("hyperlink", "mailto:someone@example.org", "External")

    suffix, _clean = rewrite_document(office(relations=[web, mail]))

    assert suffix == ".docx"


def test_chart_may_carry_its_numbers():
    inside = office("xlsx")

    suffix, clean = rewrite_document(office("pptx", {"embeddings/numbers.xlsx": inside}))

    assert suffix == ".pptx"
    assert parts_of(clean)["embeddings/numbers.xlsx"] == inside


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (office("docm"), "macros"),
        (office(parts={"word/vbaProject.bin": OLE}), "macros"),
        (office(types=["application/vnd.ms-office.vbaProject"]), "macros"),
        (office(relations=[("vbaProject", "x.bin", "Internal")]), "macros"),
        (office("xlsx", types=["application/vnd.ms-excel.macrosheet+xml"]), "macros"),
        (office(relations=[("control", "x.xml", "Internal")]), "macros"),
        (office(parts={"embeddings/numbers.xlsx": office("docm")}), "macros"),
        (office(parts={"embeddings/x.bin": OLE}), "files"),
        (office(parts={"media/picture.png": OLE}), "files"),
        (office(relations=[("aFChunk", "x.html", "Internal")]), "files"),
        (office(parts={"a.docx": office(parts={"b.docx": office()})}), "files"),
        (office(relations=[("oleObject", "file:///c:/x.xls", "External")]), "files"),
        (office(relations=[("attachedTemplate", "https://example.org/x", "External")]), "links"),
        (office(relations=[("image", "https://example.org/x.png", "External")]), "links"),
        (office(relations=[("hyperlink", "file://server/share", "External")]), "links"),
        (office("xlsx", relations=[("externalLink", "x.xml", "Internal")]), "links"),
        (office("xlsx", relations=[("connections", "x.xml", "Internal")]), "links"),
        (office("dotx"), "document"),
        (office("docx", types=[MAIN["xlsx"]]), "document"),
        (packed({"readme.txt": "Agenda"}), "document"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "document"),
        (office(parts={"a.zip": packed({"readme.txt": "Agenda"})}), "document"),
    ],
)
def test_what_a_document_brings_along_is_told(data, code):
    assert refused(data) == code


@pytest.mark.parametrize(
    "data",
    [
        office() + b"junk",
        office()[:-30],
        office(parts={"../../etc/passwd": "x"}),
        office(parts={"/etc/passwd": "x"}),
        office(parts={"word\\x.xml": "x"}),
        office(parts={"MAIN.XML": "twice"}),
        office(parts={"x.rels": "<Relationships>"}),
        office(parts={"x.rels": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
    ],
    ids=["behind", "cut", "up", "root", "backslash", "twice", "not closed", "entity"],
)
def test_damaged_or_forged_document_is_told(data):
    assert refused(data) == "damaged"


def test_bytes_before_the_document_are_refused():
    assert refused(b"MZ" + office()) == "document"


def test_bytes_between_the_parts_are_gone():
    sent, hidden = office(), b"<script>secretmark</script>"
    with ZipFile(BytesIO(sent)) as package:
        begin = package.start_dir
    moved = (begin + len(hidden)).to_bytes(4, "little")
    sent = sent[:begin] + hidden + sent[begin:-6] + moved + sent[-2:]

    _suffix, clean = rewrite_document(sent)

    assert b"secretmark" not in clean


def test_false_size_of_a_part_is_found():
    sent = office(parts={"a.xml": b"x" * 5000})
    told, lied = (5000).to_bytes(4, "little"), (50).to_bytes(4, "little")
    assert sent.count(told) == 2

    assert refused(sent.replace(told, lied)) == "damaged"


@pytest.mark.parametrize(
    "parts",
    [
        {"bomb.xml": b"\0" * 20_000_000},
        {f"{number}.xml": b"" for number in range(OFFICE_MAX_PARTS)},
        {f"{number}.xlsx": office(parts={"a.xml": b"\0" * 400_000}) for number in range(9)},
    ],
    ids=["one large", "very many", "inside"],
)
def test_bomb_is_refused_unopened(parts):
    assert refused(office(parts=parts)) == "unpacked"


def test_password_on_a_part_is_told():
    sent = bytearray(office())
    sent[sent.index(b"PK\x01\x02") + 8] |= 1

    assert refused(bytes(sent)) == "password"


def test_relationship_is_found_in_every_part():
    away = relationships(("image", "https://example.org/x.png", "External"))

    assert refused(office(parts={"word/_rels/Header1.XML.RELS": away})) == "links"
