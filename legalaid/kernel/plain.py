"""Words of people on their way into documents of other programs."""

import unicodedata


def printable(text: str) -> str:
    """`text` without control and hidden characters, which XML (DOCX, XLSX) does not allow; new lines stay."""
    return "".join(sign for sign in text if sign == "\n" or not unicodedata.category(sign).startswith("C"))
