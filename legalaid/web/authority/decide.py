"""What every change of hours has in common: touched bookings, decisions, and a form of which nothing is lost."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from legalaid.reception.hours_refusals import BookingsTouched, Stranded, Touched
from legalaid.reception.services import Decision, Decisions, OfTicket
from legalaid.web.authority.forms import is_id

PREFIXES = ("decision-", "reason-", "start-", "ticket-")
DECIDED = "decided"
"""Name of the button of the page with touched bookings: without it nothing was asked yet."""


def read_decisions(data: QueryDict) -> Decisions:
    """What becomes of each; a cancellation without a reason is no decision."""
    found: dict[int | OfTicket, Decision] = {}
    for name in data:
        ticket = name.removeprefix("ticket-decision-")
        if ticket != name and is_id(ticket):
            told = data.get(f"ticket-reason-{ticket}", "").strip()
            if data[name] == "keep":
                found[OfTicket(int(ticket))] = Decision("keep")
            elif data[name] == "home":
                found[OfTicket(int(ticket))] = Decision("home")
            elif data[name] == "cancel" and told:
                found[OfTicket(int(ticket))] = Decision("cancel", reason=told[:1000])
            continue
        number = name.removeprefix("decision-")
        if name == number or not is_id(number):
            continue
        kind, reason = data[name], data.get(f"reason-{number}", "").strip()
        if kind == "keep":
            found[int(number)] = Decision("keep")
        elif kind == "move":
            found[int(number)] = Decision("move", start=_moment(data.get(f"start-{number}", "")))
        elif kind == "cancel" and reason:
            found[int(number)] = Decision("cancel", reason=reason[:1000])
    return found


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def change(
    request: HttpRequest, save: Callable[[Decisions], str | None], *, back: str, done: str,
    data: QueryDict | None = None,
) -> HttpResponseBase:  # fmt: skip
    """Save with the decisions that came along; ask for those that are missing; other refusals are the caller's.

    What `save` returns is said instead of `done`. `data` stands for the sent form where a page carries something else
    on, as the text of a file.
    """
    sent = request.POST if data is None else data
    try:
        said = save(read_decisions(sent))
    except BookingsTouched as touched:
        return ask(request, sent, touched, back)
    messages.success(request, said or done)
    return redirect(back)


def ask(request: HttpRequest, sent: QueryDict, refused: BookingsTouched, back: str) -> HttpResponseBase:
    """The page with the touched bookings; what was sent is carried on, so deciding and saving is one more click."""
    asked_before = DECIDED in sent
    kept = [
        (name, value)
        for name, values in sent.lists()
        for value in values
        if not name.startswith(PREFIXES) and name not in {"csrfmiddlewaretoken", DECIDED}
    ]
    refusal = str(refused.text) if asked_before else ""
    if asked_before and refused.text == BookingsTouched.text:
        refusal = _("Решите по каждому человеку, а к отмене напишите причину. Пока ничего не изменено.")
    context = {
        "rows": _rows(refused.touched, sent), "waiting": _waiting_rows(refused.waiting, sent), "kept": kept,
        "refusal": refusal, "back": back, "booth": refused.booth, "count": len(refused.touched) + len(refused.waiting),
    }  # fmt: skip
    return render(request, "authority/touched.html", context, status=409 if asked_before else 200)


def _rows(touched: Iterable[Touched], data: QueryDict) -> list[dict[str, object]]:
    """Each booking with what was chosen for it, and whether it still waits for a decision."""
    return [
        {
            "one": one, "chosen": data.get(f"decision-{one.booking_id}", ""),
            "reason": data.get(f"reason-{one.booking_id}", ""),
            "reason_missing": data.get(f"decision-{one.booking_id}") == "cancel"
            and not data.get(f"reason-{one.booking_id}", "").strip(),
            "same_time": one.nearest == one.start,
        }
        for one in touched
    ]  # fmt: skip


def _waiting_rows(waiting: Iterable[Stranded], data: QueryDict) -> list[dict[str, object]]:
    """The same for those who wait in the live queue."""
    return [
        {
            "one": one, "chosen": data.get(f"ticket-decision-{one.ticket_id}", ""),
            "reason": data.get(f"ticket-reason-{one.ticket_id}", ""),
            "reason_missing": data.get(f"ticket-decision-{one.ticket_id}") == "cancel"
            and not data.get(f"ticket-reason-{one.ticket_id}", "").strip(),
        }
        for one in waiting
    ]  # fmt: skip
