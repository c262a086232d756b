"""Files as people send them, and as nobody should."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

# --- Pictures ----------------------------------------------------------------------------------

RED, BLUE = (200, 30, 30), (30, 30, 200)
ORIENTATION, DESCRIPTION, GPS, LATITUDE = 0x0112, 0x010E, 0x8825, 2


def picture(kind="JPEG", size=(60, 40), mode="RGB", **options) -> bytes:
    """A picture, red on the left and blue on the right."""
    image = Image.new(mode, size, RED if mode in ("RGB", "RGBA") else 120)
    image.paste(BLUE if mode in ("RGB", "RGBA") else 60, (size[0] // 2, 0, *size))
    return saved(image, kind, **options)


def saved(image, kind, **options) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(**more) -> Image.Exif:
    """What a telephone writes: it was held on its side, and where."""
    found = Image.Exif()
    found[ORIENTATION] = 6  # turn it clockwise to see it upright
    found[DESCRIPTION] = "secretmark"
    found.get_ifd(GPS)[LATITUDE] = (13.0, 45.0, 22.0)
    return found


def huge_png(width=60_000, height=60_000) -> bytes:
    """A PNG of 60 bytes whose head promises 3,600 megapixels."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
        for name, data in [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    )


# --- PDF ---------------------------------------------------------------------------------------


def pdf(change=None, **options) -> bytes:
    """A PDF of one page; `change` gets the document before it is saved."""
    document = pikepdf.new()
    document.add_blank_page()
    if change:
        change(document)
    out = BytesIO()
    document.save(out, **options)
    return out.getvalue()


def javascript() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert('secretmark')")


def link(document, action) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)


def bomb_pdf(megabytes=1200) -> bytes:
    """A PDF of 1.5 MB: to know its object 4, a reader has to unpack 1.2 GB."""
    packer = zlib.compressobj(9)
    begin = packer.compress(b"4 0 [") + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = begin + piece * megabytes + packer.flush()
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/Odd 4 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        5: b"<</Type/ObjStm/N 1/First 4" + _stream(stream),
    }
    out, places = b"%PDF-1.5\n", {4: b"\2" + (5).to_bytes(4, "big")}
    for number, text in objects.items():
        places[number] = b"\1" + len(out).to_bytes(4, "big")
        out += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    places[6] = b"\1" + len(out).to_bytes(4, "big")
    table = b"\0" * 6 + b"".join(places[number] + b"\0" for number in range(1, 7))
    head = b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R"
    end = b"\nendobj\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + head + _stream(zlib.compress(table)) + end


def _stream(packed: bytes) -> bytes:
    return b"/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream"


# --- Office ------------------------------------------------------------------------------------

OFFICE = "application/vnd.openxmlformats-officedocument."
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {
    "docx": f"{OFFICE}wordprocessingml.document.main+xml",
    "xlsx": f"{OFFICE}spreadsheetml.sheet.main+xml",
    "pptx": f"{OFFICE}presentationml.presentation.main+xml",
    "dotx": f"{OFFICE}wordprocessingml.template.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
}


def office(kind="docx", parts=None, types=(), relations=()) -> bytes:
    """A document of this kind, with more parts, content types and relationships."""
    main = f'<Override PartName="/main.xml" ContentType="{MAIN[kind]}"/>'
    more = "".join(f'<Default Extension="x" ContentType="{each}"/>' for each in types)
    return packed(
        {
            "[Content_Types].xml": f"<Types>{main}{more}</Types>",
            "_rels/.rels": relationships(("officeDocument", "main.xml", "Internal")),
            "main.xml": "<document>Agenda</document>",
            "_rels/main.xml.rels": relationships(*relations),
            "docProps/core.xml": "<coreProperties><creator>secretmark</creator></coreProperties>",
            **(parts or {}),
        }
    )


def relationships(*relations) -> str:
    rows = "".join(
        f'<Relationship Type="{RELATIONS}/{kind}" Target="{to}" TargetMode="{mode}"/>'
        for kind, to, mode in relations
    )
    return f"<Relationships>{rows}</Relationships>"


def packed(parts) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()
