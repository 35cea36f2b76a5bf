"""Small pictures of files: a photograph made small, the first page of a PDF. Made in a process of its own.

The parsers of strangers' files run apart from the worker, with bounded memory and time: what kills them kills nothing
else. The process reads one file and answers a JPEG without any of the original's data about place and device.
"""

from __future__ import annotations

import json
import resource
import struct
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

LONGEST_PX = 960
MOST_PIXELS = 50_000_000
MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 30
_FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}


class Preview(NamedTuple):
    """A JPEG, the number of pages where there are pages, and the original's size in pixels where it is a picture."""

    picture: bytes
    pages: int | None
    width: int | None
    height: int | None


class CannotBeShown(Exception):
    """The file is no picture of its type after all, or is too much for the limits."""


def make(path: Path, content_type: str) -> Preview:
    """The preview of a file. Raises `CannotBeShown`."""
    command = [sys.executable, "-I", str(Path(__file__)), str(path), content_type]
    try:
        done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS * 2, check=False)  # noqa: S603  # our own program, no shell
    except subprocess.TimeoutExpired as error:
        raise CannotBeShown("too slow") from error
    if done.returncode or len(done.stdout) < 4:
        raise CannotBeShown(f"ended with {done.returncode}")
    (length,) = struct.unpack(">I", done.stdout[:4])
    facts = json.loads(done.stdout[4 : 4 + length])
    return Preview(picture=done.stdout[4 + length :], **facts)


def _draw(path: str, content_type: str) -> None:
    import io  # noqa: PLC0415  # only the process of its own needs these

    from PIL import Image, ImageOps  # noqa: PLC0415  # heavy, and not always needed

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    facts: dict[str, int | None] = {"pages": None, "width": None, "height": None}
    if content_type == "pdf":
        import pypdfium2  # noqa: PLC0415  # heavy, and not always needed

        book = pypdfium2.PdfDocument(path)
        facts["pages"] = len(book)
        page = book[0]
        longest = max(page.get_width(), page.get_height(), 1)
        picture = page.render(scale=min(4.0, LONGEST_PX / longest)).to_pil()
    else:
        opened = Image.open(path, formats=[_FORMATS[content_type]])
        facts["width"], facts["height"] = opened.size
        if opened.size[0] * opened.size[1] > MOST_PIXELS:
            sys.exit(3)
        opened.draft("RGB", (LONGEST_PX, LONGEST_PX))
        opened.load()
        picture = ImageOps.exif_transpose(opened)
    picture.thumbnail((LONGEST_PX, LONGEST_PX))
    if picture.mode not in ("RGB", "L"):
        ground = Image.new("RGB", picture.size, "white")
        layer = picture.convert("RGBA")
        ground.paste(layer, mask=layer.getchannel("A"))
        picture = ground
    sink = io.BytesIO()
    picture.save(sink, "JPEG", quality=80, optimize=True)
    head = json.dumps(facts).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(head)) + head + sink.getvalue())


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _draw(sys.argv[1], sys.argv[2])
