"""Nothing is written to disk of an upload that is too large: it is cut off while it comes."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from legalaid.kernel.draw_numbers import MAX_FILE

AT_ONCE = 4
"""Files of one form; a telephone may send several photos."""


class Quota(FileUploadHandler):
    """First of the handlers: counts what comes and stops at the limit, whatever the form said of its length."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.total = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.total += len(raw_data)
        if self.total > AT_ONCE * MAX_FILE:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""
