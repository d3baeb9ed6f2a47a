"""What an uploaded file may be, in numbers; read by the program that draws pages too, which knows nothing of Django."""

MAX_FILE = 20 * 1024 * 1024
"""Bytes of one file: a photo of a good telephone has 4-12 MB."""
MAX_PAGES = 20
"""Pages of one file."""
MAX_PIXELS = 50_000_000
"""Points of a picture that is decoded at all: telephones take 48 million; a bomb has billions."""
SIDE = 2_200
"""Points of the longer side of a page we keep: an A4 sheet at 190 points an inch, small print stays legible."""
KINDS = {".jpg": "image", ".jpeg": "image", ".jfif": "image", ".jpe": "image", ".png": "image", ".webp": "image",
         ".tif": "image", ".tiff": "image", ".pdf": "pdf"}  # fmt: skip
"""What a file's content may be; its name does not matter."""
