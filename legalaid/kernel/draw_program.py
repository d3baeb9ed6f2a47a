"""Draws the pages of one uploaded file as JPEGs. A program of its own: `python -m legalaid.kernel.draw_program <kind>`.

The file comes from a stranger and meets decoders of images and PDF, so this runs outside the serving process, with
limits on memory, time and files, and hands back pictures it has drawn itself: no EXIF, no place, no scripts, nothing
hidden. Standard input is the file; standard output one line of JSON, `{"pages": [[bytes, width, height], …]}` or
`{"refused": why}`, then the pictures one after another.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator

MEMORY = 1_500_000_000
SECONDS = 20
QUALITY = 82
DPI = 170


class Refused(Exception):
    pass


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _images(data: bytes, *, side: int, pixels: int, pages: int) -> Iterator[object]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "TIFF"]) as found:
            if getattr(found, "n_frames", 1) > pages:
                raise Refused("pages")
            for number in range(getattr(found, "n_frames", 1)):
                found.seek(number)
                if found.width * found.height > pixels:  # before a point is decoded
                    raise Refused("broken")
                found.draft("RGB", (side, side))
                upright = ImageOps.exif_transpose(found)
                upright.thumbnail((side, side))
                yield _bare(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("broken") from error


def _bare(drawn: object) -> object:
    """The points alone, on white: what stood beside them in the file is not copied."""
    from PIL import Image

    assert isinstance(drawn, Image.Image)
    sheet = Image.new("RGB", drawn.size, "white")
    layer = drawn.convert("RGBA")
    sheet.paste(layer, mask=layer.getchannel("A"))
    return sheet


def _pdf(data: bytes, *, side: int, pages: int) -> Iterator[object]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if "password" in str(error).lower() else "broken") from error
    if len(document) > pages:
        raise Refused("pages")
    for page in document:
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            raise Refused("broken")
        scale = min(DPI / 72, side / max(width, height))
        yield _bare(page.render(scale=scale).to_pil())


def main() -> int:
    from legalaid.kernel.draw_numbers import MAX_PAGES, MAX_PIXELS, SIDE

    _limit()
    data, out = sys.stdin.buffer.read(), sys.stdout.buffer
    try:
        if sys.argv[1] == "pdf":
            drawn = list(_pdf(data, side=SIDE, pages=MAX_PAGES))
        else:
            drawn = list(_images(data, side=SIDE, pixels=MAX_PIXELS, pages=MAX_PAGES))
        pictures = []
        for sheet in drawn:
            file = io.BytesIO()
            sheet.save(file, "JPEG", quality=QUALITY, optimize=True)  # type: ignore[attr-defined]  # a PIL image
            pictures.append((file.getvalue(), *sheet.size))  # type: ignore[attr-defined]  # a PIL image
    except (Refused, MemoryError) as error:
        out.write(json.dumps({"refused": str(error) if isinstance(error, Refused) else "broken"}).encode() + b"\n")
        return 0
    out.write(json.dumps({"pages": [[len(raw), width, height] for raw, width, height in pictures]}).encode() + b"\n")
    for raw, _width, _height in pictures:
        out.write(raw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
