"""The link that leads an interpreter into the dialogue she is booked for: hers alone, for that booking.

It is signed under the installation's key, so it cannot be guessed, is not stored, and is void for who was booked before
her: the page asks whether the booking is still hers.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer

from legalaid.reception.models import Booking

_SIGNER = Signer(salt="legalaid.reception.interpreter_links", sep=".")


def interpreter_token(booking: Booking) -> str:
    """The token of `/interpreter/<token>/` for the interpreter of a booking."""
    return _SIGNER.sign(f"{booking.pk}-{booking.interpreter_id}")


def booked_interpreter(token: str) -> tuple[int, int] | None:
    """(booking, interpreter) of a token, or None for anything that this installation did not sign."""
    try:
        booking, _dash, interpreter = _SIGNER.unsign(token).partition("-")
    except BadSignature:
        return None
    return int(booking), int(interpreter)


def interpreter_url(booking: Booking) -> str:
    """The interpreter's link, absolute."""
    return f"{settings.PUBLIC_URL}/interpreter/{interpreter_token(booking)}/"
