"""A file's way: chosen in a form, read apart, stored under a random name, sent as attachment."""

import re
import subprocess
import sys
import unicodedata
from contextlib import suppress
from io import BytesIO

import pytest
from csp.middleware import CSPMiddleware
from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.core.tests.files import bomb_pdf, exif, huge_png, office, pdf, picture
from foundation.core.uploads import reading
from foundation.core.uploads.documents import rewrite_document
from foundation.core.uploads.fields import DocumentField, PictureField
from foundation.core.uploads.limits import FILE_MAX_BYTES, READING_MAX_MEMORY, SENTENCES
from foundation.core.uploads.pictures import rewrite_picture
from foundation.core.uploads.storage import (
    DISPLAY_NAME_MAX,
    FILE_POLICY,
    display_name,
    serve,
    stored_name,
)


class UploadForm(forms.Form):
    picture = PictureField(required=False)
    document = DocumentField(required=False)


def sent(field, content, name="file.bin", content_type="text/html"):
    return UploadForm({}, {field: SimpleUploadedFile(name, content, content_type)})


# --- Fields --------------------------------------------------------------------------------------


def test_picture_is_taken_whatever_its_name_and_browser_say():
    form = sent("picture", picture("PNG", exif=exif()), "Our café.HTML")

    assert form.is_valid(), form.errors
    clean = form.cleaned_data["picture"]
    assert re.fullmatch(r"[0-9a-f]{32}\.png", clean.name)
    assert clean.display_name == "Our café.HTML.png"
    assert clean.content_type == "image/png"
    assert clean.read().startswith(b"\x89PNG")
    assert clean.size == len(clean.open().read())


@pytest.mark.parametrize(("content", "suffix"), [(pdf(), ".pdf"), (office("xlsx"), ".xlsx")])
def test_document_is_taken_by_its_content(content, suffix):
    form = sent("document", content, "session.png", "image/png")

    assert form.is_valid(), form.errors
    assert form.cleaned_data["document"].display_name == f"session{suffix}"


@pytest.mark.parametrize(
    ("field", "content", "code"),
    [
        ("picture", b"", "empty"),
        ("picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture"),
        ("picture", huge_png(), "pixels"),
        ("picture", picture("JPEG") + b"\0" * FILE_MAX_BYTES, "picture"),
        ("document", picture("PNG"), "document"),
        ("document", pdf() + b"\0" * FILE_MAX_BYTES, "document"),
        ("document", b"%PDF-1.4 broken", "damaged"),
    ],
    ids=["empty", "svg", "bomb", "large", "picture", "large document", "broken"],
)
def test_refusal_is_a_sentence_beside_the_field(field, content, code):
    form = sent(field, content)

    assert not form.is_valid()
    assert form.errors[field] == [SENTENCES[code]]
    assert form.errors.as_data()[field][0].code == code


def test_field_without_a_file_is_left_alone():
    form = UploadForm({}, {})

    assert form.is_valid()
    assert form.cleaned_data == {"picture": None, "document": None}


def test_browser_is_told_what_to_offer():
    html = str(UploadForm()["picture"])

    assert 'accept="image/jpeg,image/png,image/webp"' in html


# --- Reading -------------------------------------------------------------------------------------

HEADS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"%PDF-1.7\n", b"PK\3\4"]
GOOD = [
    picture("JPEG", exif=exif()),
    picture("PNG"),
    picture("WEBP"),
    pdf(),
    office("docx"),
]


@st.composite
def broken_files(draw):
    """A good file with a few bytes of it changed, taken out or put in."""
    data = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(data)))
        end = begin + draw(st.integers(0, 40))
        data = data[:begin] + draw(st.binary(max_size=40)) + data[end:]
    return data


any_bytes = st.builds(bytes.__add__, st.sampled_from(HEADS), st.binary(max_size=400))


@pytest.mark.parametrize("reader", [rewrite_picture, rewrite_document])
@settings(deadline=None)
@given(data=any_bytes | broken_files())
def test_any_bytes_are_rewritten_or_refused(reader, data):
    with suppress(ValidationError):
        suffix, rewritten = reading.read_here(reader, data)
        again, _same = reading.read_here(reader, rewritten)

        assert again == suffix


@pytest.mark.skipif(sys.platform != "linux", reason="the site's servers run Linux")
def test_reading_takes_no_more_memory_than_its_share():
    import resource

    bomb = bomb_pdf()
    assert len(bomb) < FILE_MAX_BYTES

    with pytest.raises(ValidationError) as caught:
        reading.read_apart("document", bomb)

    assert caught.value.code == "damaged"
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert most < READING_MAX_MEMORY * 1.1


def test_reading_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(reading, "READING_MAX_SECONDS", 0.01)

    with pytest.raises(ValidationError) as caught:
        reading.read_apart("picture", picture())

    assert caught.value.code == "damaged"


def test_reading_that_breaks_is_told_to_operators(caplog):
    with pytest.raises(ValidationError) as caught:
        reading.read_apart("nothing of ours", b"")

    assert caught.value.code == "damaged"
    assert "KeyError" in caplog.text


def test_reading_knows_no_secret_of_the_site(monkeypatch):
    asked = {}

    def run(command, **options):
        asked.update(options)
        return subprocess.CompletedProcess(command, 0, b"file .png\nbytes", b"")

    monkeypatch.setattr(subprocess, "run", run)

    assert reading.read_apart("picture", b"") == (".png", b"bytes")
    assert set(asked["env"]) <= {"SYSTEMROOT"}


# --- Names ---------------------------------------------------------------------------------------


def test_stored_name_is_random_and_tells_nothing():
    names = {stored_name(Group(), "Report on Somebody.pdf") for _ in range(50)}

    assert len(names) == 50
    assert all(re.fullmatch(r"auth\.group/[0-9a-f]{32}\.pdf", name) for name in names)


@pytest.mark.parametrize("name", ["page.html", "x.svg", "pdf", "../x", "x.pdf/../../y"])
def test_stored_name_is_given_to_our_own_files_alone(name):
    with pytest.raises(ValueError, match="no form field"):
        stored_name(Group(), name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("agenda.pdf", "agenda.pdf"),
        ("agenda.PDF", "agenda.pdf"),
        ("agenda.docx", "agenda.pdf"),
        ("agenda", "agenda.pdf"),
        ("Report v1.2", "Report v1.2.pdf"),
        ("C:\\Users\\Someone\\agenda.pdf", "agenda.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("  two\r\nlines\tand  spaces .pdf", "two lines and spaces.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("nul\0byte.pdf", "nulbyte.pdf"),
        ("half\ud800.pdf", "half.pdf"),
        ("exe\u202efdp.exe", "exefdp.exe.pdf"),
        ("\u2066شعار\u2069.pdf", "شعار.pdf"),
        ("ប្រជុំ.pdf", "ប្រជុំ.pdf"),
        ("👩‍👧.pdf", "👩‍👧.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("x" * 5000, "x" * (DISPLAY_NAME_MAX - 4) + ".pdf"),
    ],
)
def test_display_name_is_the_persons_own_made_safe(name, shown):
    assert display_name(name, ".pdf") == shown


@given(st.text() | st.text("ប្រជុំ👩‍👧\u202e/\\. \n", min_size=150))
def test_display_name_of_any_text_is_safe_and_stays_as_it_is(name):
    shown = display_name(name, ".pdf")

    assert len(shown.encode()) <= DISPLAY_NAME_MAX
    assert shown.endswith(".pdf")
    assert not shown.startswith((".", " "))
    assert not set("/\\\r\n\u202e\u2066") & set(shown)
    assert unicodedata.is_normalized("NFC", shown)
    assert display_name(shown, ".pdf") == shown


# --- Sending -------------------------------------------------------------------------------------


@pytest.fixture
def stored():
    """A file as a model would give it, in a storage of its own."""
    storage = InMemoryStorage()
    name = storage.save(stored_name(Group(), "x.pdf"), ContentFile(pdf()))
    return storage.open(name)


def answered(rf, file, name):
    return CSPMiddleware(lambda request: serve(file, name))(rf.get("/"))


def test_file_is_sent_as_attachment_and_can_do_nothing(rf, stored):
    response = answered(rf, stored, "agenda.pdf")

    assert response["Content-Disposition"] == 'attachment; filename="agenda.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Security-Policy"] == FILE_POLICY
    assert "sandbox" in FILE_POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert BytesIO(b"".join(response)).read() == pdf()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ប្រជុំ.pdf", "filename*=utf-8''%E1%9E%94"),
        ("page.html", 'filename="page.html.pdf"'),
        ('a"; filename="b.exe', 'filename="a\\"; filename=\\"b.exe.pdf"'),
        ("a\r\nSet-Cookie: b", 'filename="a Set-Cookie: b.pdf"'),
    ],
)
def test_file_is_sent_under_a_safe_name(rf, stored, name, said):
    assert said in answered(rf, stored, name)["Content-Disposition"]


def test_file_erased_meanwhile_is_not_found(tmp_path):
    gone = ContentFile(b"", "auth.group/0.pdf")
    gone.open = lambda mode: (tmp_path / "gone").open(mode)

    with pytest.raises(Http404):
        serve(gone, "agenda.pdf")
