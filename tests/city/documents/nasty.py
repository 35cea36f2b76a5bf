"""Files as bytes: sound ones of every type, and the nasty set that must not pass (ASVS V5)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
}


def picture(pillow_format: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "teal") -> bytes:
    sink = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "GPS-SECRET"
    Image.new("RGB", size, colour).save(sink, pillow_format, **({"exif": exif} if pillow_format == "JPEG" else {}))
    return sink.getvalue()


def pdf(pages: int = 2, extra: bytes = b"") -> bytes:
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b">>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>"] * pages,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)


def office(kind: str = "docx", more: dict[str, bytes] | None = None) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        listed = f'<Types><Override PartName="/main.xml" ContentType="{_MAIN[kind]}"/></Types>'
        archive.writestr("[Content_Types].xml", listed)
        archive.writestr("main.xml", "<document/>")
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return sink.getvalue()


def plain_zip(names: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return sink.getvalue()


def flood_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few hundred bytes that claim billions of pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def flood_jpeg() -> bytes:
    """A real JPEG whose frame header was made to say 60,000 × 60,000."""
    content = bytearray(picture())
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
    return bytes(content)


SOUND = {
    "pdf": pdf(),
    "jpeg": picture("JPEG"),
    "png": picture("PNG"),
    "webp": picture("WEBP"),
    "docx": office("docx"),
    "xlsx": office("xlsx", {"xl/printerSettings/printerSettings1.bin": b"\0"}),
    "text": "姓名,签到\n陈丽华,16次\n".encode(),
    "text in GB18030": "姓名,签到\n陈丽华,16次\n".encode("gb18030"),
    "text with a byte order mark": "\ufeff签到".encode(),
}
NASTY: dict[str, tuple[bytes, str]] = {
    "HTML": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "type_not_taken"),
    "HTML behind blanks": (b"   \n\n<html><body onload=alert(1)>", "type_not_taken"),
    "HTML deep in a text": (b"words\n" * 5_000 + b"<script>alert(1)</script>", "file_active"),
    "SVG with a script": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "type_not_taken"),
    "SVG behind an XML head": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "type_not_taken"),
    "PHP": (b"<?php system($_GET['c']); ?>", "type_not_taken"),
    "a programme for Windows": (b"MZ\x90\x00\x03" + b"\0" * 200, "type_not_taken"),
    "a programme for Linux": (b"\x7fELF\x02\x01\x01" + b"\0" * 200, "type_unknown"),
    "an old Office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "type_not_taken"),
    "a zip": (plain_zip({"a.txt": b"a"}), "type_not_taken"),
    "a jar": (plain_zip({"META-INF/MANIFEST.MF": b"Main-Class: X"}), "type_not_taken"),
    "a GIF": (b"GIF89a\x01\0\x01\0\0\0\0;", "type_not_taken"),
    "a Word file with macros": (office("docm", {"word/vbaProject.bin": b"x"}), "file_active"),
    "a docx that hides macros": (office("docx", {"word/vbaProject.bin": b"x"}), "file_active"),
    "a docx with an object inside": (office("docx", {"word/embeddings/oleObject1.bin": b"x"}), "file_active"),
    "an xlsx with ActiveX": (office("xlsx", {"xl/activeX/activeX1.xml": b"x"}), "file_active"),
    "a docx that is a bomb": (office("docx", {"main2.xml": b"\0" * 60_000_000}), "archive_too_large"),
    "a docx whose list is a bomb": (plain_zip({"[Content_Types].xml": b" " * 5_000_000}), "archive_too_large"),
    "a docx of very many parts": (office("docx", {f"p{n}.xml": b"" for n in range(5_001)}), "archive_too_large"),
    "a docx that climbs out": (office("docx", {"../../etc/passwd": b"x"}), "file_two_faced"),
    "a cut docx": (office("docx")[:-30], "file_broken"),
    "a picture with a zip behind": (picture("JPEG") + plain_zip({"evil.class": b"x"}), "file_two_faced"),
    "a PDF with a zip behind": (pdf() + plain_zip({"evil.class": b"x"}), "file_two_faced"),
    "a PNG with words behind": (picture("PNG") + b"<script>alert(1)</script>", "file_two_faced"),
    "a WebP with words behind": (picture("WEBP") + b"<script>alert(1)</script>", "file_two_faced"),
    "a PDF behind a page": (b"<html>" + pdf(), "type_not_taken"),
    "a PDF behind rubbish": (b"\0\0\0" + pdf(), "type_unknown"),
    "a PDF with a script": (pdf(extra=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> "), "file_active"),
    "a PDF that starts programmes": (pdf(extra=b"/OpenAction << /S /Launch /F (cmd.exe) >> "), "file_active"),
    "a cut PDF": (pdf()[:-40], "file_broken"),
    "a cut JPEG": (picture("JPEG", (400, 400))[:-60], "file_broken"),
    "a JPEG of its head only": (picture("JPEG")[:20], "file_broken"),
    "a cut PNG": (picture("PNG", (400, 400))[:-12], "file_broken"),
    "a cut WebP": (picture("WEBP")[:-4], "file_broken"),
    "a flood of pixels as PNG": (flood_png(), "picture_too_large"),
    "a flood just above the limit": (flood_png(10_000, 5_001), "picture_too_large"),
    "a flood of pixels as JPEG": (flood_jpeg(), "picture_too_large"),
    "text with a control character": (b"hello\x07world", "type_unknown"),
    "text with a control character far behind": (b"hello " * 5_000 + b"\x00", "file_broken"),
    "text of no encoding": (b"hello " + b"\xff\xfe\xfd" * 50, "file_broken"),
    "nothing": (b"", "file_empty"),
}
