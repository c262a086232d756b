"""PDF documents keep their pages and links; what acts, hides or tells of the author is gone."""

import re
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from pikepdf import Array, Dictionary, Name, String

from foundation.core.tests.files import javascript, link, pdf
from foundation.core.uploads.documents import rewrite_document
from foundation.core.uploads.reading import read_here

MARK = b"secretmark"


def rewritten(data: bytes) -> pikepdf.Pdf:
    suffix, clean = rewrite_document(data)
    assert suffix == ".pdf"
    return pikepdf.open(BytesIO(clean))


def everything_in(document: pikepdf.Pdf) -> bytes:
    """All that the file holds, unpacked."""
    texts = [document.trailer.unparse(resolved=True)]
    for found in document.objects:
        if isinstance(found, pikepdf.Stream):
            texts += [found.stream_dict.unparse(resolved=True), found.read_bytes()]
        else:
            texts.append(found.unparse(resolved=True))
    return b"\n".join(texts)


def refused(data: bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        read_here(rewrite_document, data)
    return caught.value.code


def at_opening(document):
    document.Root.OpenAction = javascript()


def at_opening_elsewhere(document):
    document.Root.OpenAction = document.make_indirect(javascript())


def by_name(document):
    names = Dictionary(Names=Array([String("run"), javascript()]))
    document.Root.Names = Dictionary(JavaScript=document.make_indirect(names))


def on_a_page(document):
    document.pages[0].obj.AA = Dictionary(O=javascript())


def in_a_link(document):
    document.pages[0].obj.Annots = Array([link(document, document.make_indirect(javascript()))])


def after_a_link(document):
    jump = Dictionary(S=Name.GoTo, D=Array([document.pages[0].obj, Name.Fit]))
    jump.Next = Array([javascript(), Dictionary(S=Name.Launch, F=String("secretmark.exe"))])
    document.pages[0].obj.Annots = Array([document.make_indirect(link(document, jump))])


def in_a_form(document):
    field = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(K=javascript()))
    form = Dictionary(Fields=Array([document.make_indirect(field)]))
    form.XFA = document.make_stream(b"<xdp>secretmark</xdp>")
    document.Root.AcroForm = form


def as_attachment(document):
    document.attachments["secretmark.exe"] = b"MZ secretmark"


def as_annotation(document):
    held = Dictionary(F=document.make_stream(b"MZ secretmark"))
    file = Dictionary(Type=Name.Filespec, F=String("secretmark.exe"), EF=held)
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, FS=document.make_indirect(file))
    document.pages[0].obj.Annots = Array([document.make_indirect(note)])


def as_associated(document):
    held = Dictionary(F=document.make_stream(b"MZ secretmark"))
    document.pages[0].obj.AF = Array([Dictionary(F=String("secretmark"), EF=held)])


def to_another_file(document):
    jump = Dictionary(S=Name.GoToR, F=String("\\\\secretmark\\share"))
    document.pages[0].obj.Annots = Array([link(document, jump)])


def to_a_script(document):
    jump = Dictionary(S=Name.URI, URI=String("javascript:secretmark"))
    document.pages[0].obj.Annots = Array([link(document, jump)])


def from_another_file(document):
    document.pages[0].obj.Contents = document.make_stream(b"", F=String("/secretmark"))


def told_about(document):
    document.docinfo["/Author"] = "secretmark"
    with document.open_metadata() as about:
        about["dc:title"] = "secretmark"
    document.pages[0].obj.PieceInfo = Dictionary(Word=Dictionary(Private=String("secretmark")))


@pytest.mark.parametrize(
    "hidden",
    [
        at_opening,
        at_opening_elsewhere,
        by_name,
        on_a_page,
        in_a_link,
        after_a_link,
        in_a_form,
        as_attachment,
        as_annotation,
        as_associated,
        to_another_file,
        to_a_script,
        from_another_file,
        told_about,
    ],
)
def test_what_acts_hides_or_tells_is_gone(hidden):
    sent = pdf(hidden, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert MARK in everything_in(pikepdf.open(BytesIO(sent)))

    with rewritten(sent) as clean:
        left = everything_in(clean)

        assert len(clean.pages) == 1
        assert MARK not in left
        for word in (b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/EF", b"/XFA", b"/Launch"):
            assert word not in left


def test_script_is_found_however_its_name_is_written():
    sent = pdf(at_opening_elsewhere)
    assert sent.count(b"/JavaScript") == 1
    other = sent.replace(b"/JavaScript", b"/Java#53cript").replace(b"app.alert", b"app.ale")

    with rewritten(other) as clean:
        assert MARK not in everything_in(clean)


def test_links_to_pages_and_addresses_stay():
    def change(document):
        web = Dictionary(S=Name.URI, URI=String("https://example.org/"))
        jump = Dictionary(S=Name.GoTo, D=Array([document.pages[0].obj, Name.Fit]))
        document.pages[0].obj.Annots = Array([link(document, web), link(document, jump)])

    with rewritten(pdf(change)) as clean:
        kept = [str(each.A.S) for each in clean.pages[0].obj.Annots]

    assert kept == ["/URI", "/GoTo"]


def test_font_may_have_the_name_of_what_is_removed():
    def change(document):
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        document.pages[0].obj.Resources = Dictionary(Font=Dictionary(AA=font, AF=font))

    with rewritten(pdf(change)) as clean:
        assert set(clean.pages[0].obj.Resources.Font.keys()) == {"/AA", "/AF"}


def test_what_a_page_shows_is_copied_as_it_was():
    def change(document):
        document.pages[0].obj.Contents = document.make_stream(b"BT (Agenda) Tj ET")

    with rewritten(pdf(change)) as clean:
        assert clean.pages[0].obj.Contents.read_bytes() == b"BT (Agenda) Tj ET"


def test_bytes_behind_the_document_are_gone():
    with rewritten(pdf() + b"\n% secretmark\n") as clean:
        assert MARK not in everything_in(clean)


def test_earlier_versions_of_the_document_are_gone():
    def change(document):
        document.Root.Odd = document.make_indirect(String("secretmark"))

    sent = pdf(change)
    number = re.search(rb"(\d+) 0 obj\n\(secretmark\)", sent)[1]
    before = re.search(rb"startxref\n(\d+)", sent)[1]
    update = b"%s 0 obj\n(changed)\nendobj\n" % number
    table = b"xref\n%s 1\n%010d 00000 n \n" % (number, len(sent))
    trailer = b"trailer\n<</Size 9/Root 1 0 R/Prev %s>>\n" % before
    sent += update + table + trailer + b"startxref\n%d\n%%%%EOF" % (len(sent) + len(update))

    with rewritten(sent) as clean:
        assert str(clean.Root.Odd) == "changed"
        assert MARK not in everything_in(clean)


@pytest.mark.parametrize("user", ["", "open sesame"])
def test_password_is_told(user):
    locked = pdf(encryption=pikepdf.Encryption(owner="owner", user=user))

    assert refused(locked) == "password"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7",
        pdf()[:-40],
        pdf()[: len(pdf()) // 2],
        pdf(lambda document: document.pages.__delitem__(0)),
    ],
    ids=["head alone", "no end", "half", "no page"],
)
def test_broken_document_is_told(data):
    assert refused(data) == "damaged"
