"""Reads of requests."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from legalaid.directory.models import Topic
from legalaid.intake.models import HelpRequest, ThirdParty
from legalaid.kernel.sql import fetch_one, first_of, one_of
from legalaid.people.models import Consent
from legalaid.people.queries import consent_given

_ALL = ("topic", "authority", "branch", "citizen")


@dataclass(frozen=True, slots=True)
class ChoiceFigures:
    """What people chose of what was offered: counts of requests."""

    total: int
    first: int
    offered: int
    """The chosen topic stood among the offered."""
    silent: int
    """Nothing was offered."""
    asked: int


def choice_figures() -> ChoiceFigures:
    """How often people agree with triage. No words, no person: codes alone are kept."""
    row = fetch_one(
        "SELECT count(*), count(*) FILTER (WHERE offered[1] = chosen), count(*) FILTER (WHERE chosen = ANY(offered)),"
        " count(*) FILTER (WHERE cardinality(offered) = 0), count(*) FILTER (WHERE asked) FROM intake_topicchoice"
    )
    return ChoiceFigures(*(row or (0, 0, 0, 0, 0)))


def topics_by_area() -> QuerySet[Topic]:
    """All topics that are not retired in the order of the catalogue, with area and authority."""
    return (
        Topic.objects.filter(retired_at=None)
        .select_related("area", "authority")
        .order_by("area__position", "title", "id")
    )


def requests_with_all() -> QuerySet[HelpRequest]:
    """Requests with what a page shows of them."""
    return HelpRequest.objects.select_related(*_ALL).order_by("-created_at", "id")


def request_with_all(help_request_id: UUID) -> HelpRequest | None:
    """One request with what a page shows of it."""
    return first_of(HelpRequest, "t.id = %(id)s", related=_ALL, id=help_request_id)


def request_to_check(number: str) -> HelpRequest | None:
    """The request of a number as it is said, «61-4827» or «61 4827», with citizen and third party."""
    digits = "".join(c for c in number if c.isdecimal() and c.isascii())
    said = f"{settings.REGION_CODE}-{digits.removeprefix(settings.REGION_CODE)}"
    return (
        HelpRequest.objects.select_related("citizen", "third_party", "topic", "authority", "branch")
        .filter(number=said)
        .order_by("id")
        .first()
    )


def request_of_submission(submission: str) -> UUID | None:
    """The request that a form with this key has made, if it has."""
    row = fetch_one("SELECT id FROM intake_helprequest WHERE submission = %(key)s", key=submission)
    return row[0] if row else None


def lock_request(help_request_id: UUID) -> HelpRequest:
    """The request, locked for this transaction."""
    related = ("topic__authority", "authority", "branch", "citizen")
    return one_of(HelpRequest, "t.id = %(id)s", related=related, lock="UPDATE", id=help_request_id)


def consent_of(request: HelpRequest) -> Consent | None:
    """The consent given with this request: both are written in one transaction, at one moment. None for a draft.

    Not any other consent of the citizen: her rows are found by name and telephone, which a stranger may know.
    """
    if request.citizen_id is None or request.submitted_at is None:
        return None
    return consent_given(request.citizen_id, request.submitted_at)


def third_party_of(help_request_id: UUID) -> ThirdParty | None:
    """Who acts for the citizen of a request, if anybody."""
    return ThirdParty.objects.filter(help_request_id=help_request_id).order_by("id").first()


def next_number(region_code: str) -> str:
    """A short number that can be said aloud, e.g. «61-4827»; never reused."""
    (value,) = fetch_one("SELECT nextval('intake_request_number')") or (0,)
    return f"{region_code}-{value:04d}"
