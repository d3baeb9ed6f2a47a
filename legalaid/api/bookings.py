"""A booking by a program: the same steps as on the citizen's pages, behind the same secret link.

Each call may be sent twice: the second finds the work done and gets the same answer.
"""

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer
from pydantic import AwareDatetime

from legalaid.directory.queries import branch_by_id
from legalaid.intake.links import id_from
from legalaid.intake.policies import get_visible_request
from legalaid.intake.services import RequestMovedOn
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.reception import services
from legalaid.reception.queries import last_booking
from legalaid.reception.queries.times import times_for

if TYPE_CHECKING:
    from legalaid.intake.models import HelpRequest
    from legalaid.reception.models import Booking


class LinkToken(HttpBearer):
    """The token of the citizen's secret link, as «Authorization: Bearer <token>»."""

    def authenticate(self, request: HttpRequest, token: str) -> "HelpRequest | None":
        found = id_from(token)
        if found is None:
            return None
        try:
            return get_visible_request(Actor.citizen(found), found)
        except NotFound:
            return None


api = NinjaAPI(
    title="Правовая помощь онлайн", version="1", urls_namespace="api-v1", docs_url=None, auth=LinkToken(),
    description="Запись на видеодиалог. Ключ — токен личной ссылки заявки (/z/<токен>/).",
)  # fmt: skip


class Refusal(Schema):
    """Why it was not done; nothing has changed."""

    code: str
    text: str
    field: str = ""


class Place(Schema):
    """Where and when: a start with its offset from UTC, and the branch; none is from home."""

    start: AwareDatetime
    branch: int | None = None


class Who(Schema):
    """Who asks, a telephone or an e-mail, and her consent to the processing of her data."""

    name: str
    phone: str = ""
    email: str = ""
    consent: bool


class StartsOut(Schema):
    """Starts (UTC), earliest first; `zone` is the zone people are told them in."""

    zone: str
    starts: list[datetime]


class BookingOut(Schema):
    """A booking as its citizen sees it. `version` grows with every move."""

    number: str | None
    state: str
    start: datetime
    end: datetime
    branch: int | None
    held_until: datetime | None
    version: int


REFUSALS: dict[int | frozenset[int] | Any, Any] = {404: Refusal, 409: Refusal}


def _asker(request: HttpRequest) -> "HelpRequest":
    found: HelpRequest = request.auth  # type: ignore[attr-defined]  # set by ninja after LinkToken
    return found


def _out(booking: "Booking", number: str | None) -> BookingOut:
    return BookingOut(
        number=number, state=booking.state, start=booking.during.lower, end=booking.during.upper,
        branch=booking.booth.branch_id if booking.booth else None, held_until=booking.held_until,
        version=booking.sequence,
    )  # fmt: skip


def _present(asker: "HelpRequest") -> BookingOut:
    """The booking as it stands now."""
    booking = last_booking(asker.pk)
    if booking is None:
        raise NotFound
    return _out(booking, get_visible_request(Actor.citizen(asker.pk), asker.pk).number)


@api.get("/starts", response={200: StartsOut, **REFUSALS}, summary="Свободное время")
def starts(request: HttpRequest, branch: int | None = None) -> StartsOut:
    """Times the request may be booked for at a branch, or from home when none is named."""
    asker = _asker(request)
    place = branch_by_id(branch) if branch is not None else None
    if asker.topic is None:
        raise RequestMovedOn
    if branch is not None and place is None:
        raise NotFound
    found = times_for(request=asker, branch=place, now=timezone.now())
    return StartsOut(zone=found.zone, starts=found.starts)


@api.get("/bookings", response={200: BookingOut, **REFUSALS}, summary="Запись")
def booking(request: HttpRequest) -> BookingOut:
    """The booking of the request."""
    return _present(_asker(request))


@api.post("/bookings/hold", response={200: BookingOut, **REFUSALS}, summary="Удержать время на 10 минут")
def hold(request: HttpRequest, place: Place) -> BookingOut:
    """Keep a start while the citizen gives her name."""
    asker = _asker(request)
    services.hold(help_request_id=asker.pk, start=place.start, branch_id=place.branch, now=timezone.now(),
                  actor=Actor.citizen(asker.pk))  # fmt: skip
    return _present(asker)


@api.post("/bookings/confirm", response={200: BookingOut, **REFUSALS}, summary="Подтвердить запись")
def confirm(request: HttpRequest, who: Who) -> BookingOut:
    """Turn the kept time into a booking with a number."""
    asker = _asker(request)
    services.confirm_booking(help_request_id=asker.pk, name=who.name, phone=who.phone, email=who.email,
                             consent=who.consent, actor=Actor.citizen(asker.pk), now=timezone.now())  # fmt: skip
    return _present(asker)


@api.post("/bookings/move", response={200: BookingOut, **REFUSALS}, summary="Перенести запись")
def move(request: HttpRequest, place: Place) -> BookingOut:
    """Give the booking another start or place; a refusal leaves the old one."""
    asker = _asker(request)
    services.move_booking_to(help_request_id=asker.pk, start=place.start, branch_id=place.branch, now=timezone.now(),
                             actor=Actor.citizen(asker.pk))  # fmt: skip
    return _present(asker)


@api.post("/bookings/cancel", response={200: BookingOut, **REFUSALS}, summary="Отменить запись")
def cancel(request: HttpRequest) -> BookingOut:
    """Give the time back and close the request."""
    asker = _asker(request)
    services.cancel(help_request_id=asker.pk, actor=Actor.citizen(asker.pk), now=timezone.now())
    return _present(asker)


def _answer(request: HttpRequest, status: HTTPStatus, code: str, text: str, field: str = "") -> HttpResponse:
    return api.create_response(request, {"code": code, "text": text, "field": field}, status=status)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A foreseen refusal, in words for a person."""
    status = HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.CONFLICT
    return _answer(request, status, error.code, str(error.text), error.field)


@api.exception_handler(AuthenticationError)
def unknown_link(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No link, a spoilt one and a foreign one look the same."""
    return _answer(request, HTTPStatus.UNAUTHORIZED, "link", _("Такой ссылки нет."))


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The body or the query is not what the description says."""
    field = ".".join(str(part) for part in error.errors[0]["loc"][1:]) if error.errors else ""
    text = _("Мы не поняли запрос: проверьте поле «%(field)s».") % {"field": field}
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, "not_understood", text, field)
