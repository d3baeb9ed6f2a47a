"""Agreements: drafting, moving along their life, ending in time."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from legalaid.directory.agreement_queries import exchange_of, lock_agreement, region_clauses, region_norms
from legalaid.directory.agreement_rules import USUAL_EXCHANGE
from legalaid.directory.models import Agreement, AgreementCoverage, Authority, Branch, ExchangeItem, Topic
from legalaid.directory.policies import may_keep_agreements
from legalaid.directory.queries import overdue_agreements
from legalaid.directory.refusals import (
    AgreementMovedOn,
    AgreementRefused,
    ChangedMeanwhile,
    NotEditable,
    NothingCovered,
)  # fmt: skip
from legalaid.directory.states import AGREEMENT_MOVES, AgreementState
from legalaid.directory.versions import TERM_FIELDS, annex_version, row_version
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.states import move

Cell = tuple[int, int | None]
"""A cell of the annex: topic, and branch or None = from home."""
TERM_LIMITS = {
    "norm_posts": (0, 100), "norm_hours": (0, 1_000), "agree_days": (1, 30), "hold_days": (1, 60),
    "wait_minutes": (1, 120),
}  # fmt: skip
"""Numbers of the terms: least and most that make sense."""
TERMS = ("signer_body", "signer_centre", "lead_minutes", "horizon_days", *TERM_LIMITS)
"""What an additional agreement takes over from the one it amends."""


def draft_agreement(
    *, number: str, authority_id: int, valid_from: date, valid_until: date | None, topic_ids: list[int],
    branch_ids: list[int], with_home: bool, actor: Actor, now: datetime,
) -> Agreement:  # fmt: skip
    """Draft a gratuitous agreement whose annex covers every topic at every branch (and from home)."""
    with transaction.atomic(durable=True):
        agreement = Agreement.objects.create(
            number=number, authority_id=authority_id, valid_from=valid_from, valid_until=valid_until
        )
        places: list[int | None] = [*branch_ids, *([None] if with_home else [])]
        AgreementCoverage.objects.bulk_create(
            AgreementCoverage(agreement=agreement, topic_id=topic, branch_id=place)
            for topic in topic_ids
            for place in places
        )
        _begin_exchange(agreement)
        record(kind="agreement", subject=agreement.pk, action="draft", actor=actor, at=now, after=AgreementState.DRAFT)
        publish_on_commit("office")
    return agreement


def move_agreement(
    *, agreement_id: int, action: str, actor: Actor, now: datetime, on: date | None = None, reason: str = ""
) -> Agreement:  # fmt: skip
    """Move an agreement along its table; `sign` notes the day it was signed `on`, `terminate` the `reason`.

    What it covered is not bookable from the moment it ended. A signed additional agreement replaces the one it amends:
    at once, or on the day before it begins. Sent to be signed, its clauses stay as the region's templates are now.
    For the project office and the system. Raises NotFound, AgreementMovedOn,
    NothingCovered (an empty annex is not sent to be signed), AgreementRefused (no day, no reason).
    """
    with transaction.atomic(durable=True):
        agreement = lock_agreement(agreement_id) if may_keep_agreements(actor) else None
        if agreement is None:
            raise NotFound
        if (agreement.state, action) not in AGREEMENT_MOVES:
            raise AgreementMovedOn
        if action == "send" and not AgreementCoverage.objects.filter(agreement=agreement).exists():
            raise NothingCovered
        if action in {"send", "withdraw"}:
            agreement.clauses = _clauses_now() if action == "send" else []
        if action == "sign":
            if on is None:
                raise AgreementRefused(_("Укажите день, когда подписано."), "signed_on")
            agreement.signed_on = on
        if action == "terminate":
            agreement.end_reason = " ".join(reason.split())[:300]
            if not agreement.end_reason and actor.kind != "system":
                raise AgreementRefused(_("Напишите, почему соглашение прекращается."), "reason")
        _step(agreement, action, actor, now)
        if action == "sign" and agreement.amends_id is not None:
            _replace(agreement, actor, now)
        publish_on_commit("office")
    return agreement


def _usual_terms() -> dict[str, int]:
    """The numbers a draft begins with: the norms of the region's method; a norm it has not, or none can be, is left."""
    norms = region_norms()
    if "posts" in norms and "post_hours" in norms:
        norms["hours"] = norms["posts"] * norms["post_hours"]
    named = {name: name for name in TERM_LIMITS} | {"norm_posts": "posts", "norm_hours": "hours"}
    known = {name: norms[named[name]] for name in TERM_LIMITS if named[name] in norms}
    return {name: value for name, value in known.items() if TERM_LIMITS[name][0] <= value <= TERM_LIMITS[name][1]}


def _clauses_now() -> list[dict[str, str]]:
    return [{"title": one.title, "text": one.text} for one in region_clauses()]


def _begin_exchange(agreement: Agreement) -> None:
    ExchangeItem.objects.bulk_create(
        ExchangeItem(agreement=agreement, position=n, direction=one.direction, what=one.what, kept=one.kept)
        for n, one in enumerate(USUAL_EXCHANGE)
    )


def _step(agreement: Agreement, action: str, actor: Actor, now: datetime) -> None:
    before = AgreementState(agreement.state)
    agreement.state = move(AGREEMENT_MOVES, before, action, AgreementMovedOn.text)
    if agreement.state == AgreementState.ENDED:
        agreement.ended_at = now
    agreement.save(update_fields=["state", "signed_on", "ended_at", "end_reason", "clauses"])
    record(kind="agreement", subject=agreement.pk, action=action, actor=actor, at=now, before=before,
           after=agreement.state, data={"reason": agreement.end_reason} if agreement.end_reason else None)  # fmt: skip


def _replace(version: Agreement, actor: Actor, now: datetime) -> None:
    """The agreement a signed version amends ends: now, or on the day before the version begins."""
    former = lock_agreement(version.amends_id or 0)
    if former is None or former.state != AgreementState.IN_FORCE:
        return
    last = version.valid_from - timedelta(days=1)
    if version.valid_from <= local_day(now, former.authority.timezone) or last < former.valid_from:
        _step(former, "replace", actor, now)
    elif former.valid_until is None or former.valid_until > last:
        before, former.valid_until = former.valid_until, last
        former.save(update_fields=["valid_until"])
        record(kind="agreement", subject=former.pk, action="shorten", actor=actor, at=now, before=former.state,
               after=former.state, data={"until": [str(before or ""), str(last)]})  # fmt: skip


def amend_agreement(*, agreement_id: int, number: str, actor: Actor, now: datetime) -> Agreement:
    """Draft an additional agreement: the terms and the annex of one in force, to be changed and signed in its turn.

    For the project office. Raises NotFound, AgreementMovedOn, AgreementRefused.
    """
    with transaction.atomic(durable=True):
        former = lock_agreement(agreement_id) if may_keep_agreements(actor) else None
        if former is None:
            raise NotFound
        if former.state != AgreementState.IN_FORCE:
            raise AgreementMovedOn
        cells = list(AgreementCoverage.objects.filter(agreement=former).order_by("id").values("topic_id", "branch_id"))
        kept = {name: getattr(former, name) for name in (*TERMS, "authority_id", "valid_until")}
        draft = Agreement(
            number=_number(number), amends=former, valid_from=local_day(now, former.authority.timezone), **kept
        )
        _save_new(draft)
        AgreementCoverage.objects.bulk_create(AgreementCoverage(agreement=draft, **cell) for cell in cells)
        lines = exchange_of(former.pk).values("position", "direction", "what", "kept")
        ExchangeItem.objects.bulk_create([ExchangeItem(agreement=draft, **line) for line in lines])
        record(kind="agreement", subject=draft.pk, action="amend", actor=actor, at=now, after=draft.state,
               data={"amends": former.pk})  # fmt: skip
        publish_on_commit("office")
    return draft


def open_agreement(*, number: str, authority_id: int, actor: Actor, now: datetime) -> Agreement:
    """Begin a draft with an authority: for a year from today, the region's norms as its numbers, its annex still empty.

    For the project office. Raises NotFound, AgreementRefused.
    """
    with transaction.atomic(durable=True):
        authority = Authority.objects.filter(pk=authority_id).first() if may_keep_agreements(actor) else None
        if authority is None:
            raise NotFound
        today = local_day(now, authority.timezone)
        draft = Agreement(number=_number(number), authority=authority, valid_from=today,
                          valid_until=today + timedelta(days=364), **_usual_terms())  # fmt: skip
        _save_new(draft)
        _begin_exchange(draft)
        record(kind="agreement", subject=draft.pk, action="draft", actor=actor, at=now, after=draft.state)
        publish_on_commit("office")
    return draft


def set_terms(
    *, agreement_id: int, number: str, valid_from: date | None, valid_until: date | None, signer_body: str,
    signer_centre: str, numbers: Mapping[str, int | None], actor: Actor, now: datetime,
    seen: str | None = None,
) -> Agreement:  # fmt: skip
    """Write the terms of a draft; `valid_until` is the last day, None = бессрочно; `numbers` are those of TERM_LIMITS.

    For the project office. Setting what is set changes nothing. `seen` is the version (directory.versions) that was
    edited; None writes over any. Raises NotFound, NotEditable, AgreementRefused, ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        agreement = lock_agreement(agreement_id) if may_keep_agreements(actor) else None
        if agreement is None:
            raise NotFound
        if agreement.state != AgreementState.DRAFT:
            raise NotEditable
        if valid_from is None:
            raise AgreementRefused(_("Укажите день, с которого действует."), "valid_from")
        if valid_until is not None and valid_until < valid_from:
            raise AgreementRefused(_("Последний день раньше первого."), "valid_until")
        for name, (least, most) in TERM_LIMITS.items():
            value = numbers.get(name)
            if value is None or not least <= value <= most:
                raise AgreementRefused(
                    _("Здесь нужно число от %(least)s до %(most)s.") % {"least": least, "most": most}, name
                )  # fmt: skip
        wanted = {"number": _number(number), "valid_from": valid_from, "valid_until": valid_until,
                  "signer_body": " ".join(signer_body.split())[:200],
                  "signer_centre": " ".join(signer_centre.split())[:200],
                  **{name: numbers[name] for name in TERM_LIMITS}}  # fmt: skip
        changed = {name: value for name, value in wanted.items() if getattr(agreement, name) != value}
        if changed and seen not in {None, row_version(agreement, TERM_FIELDS)}:
            raise ChangedMeanwhile
        if changed:
            before = {name: str(getattr(agreement, name) or "") for name in changed}
            for name, new in changed.items():
                setattr(agreement, name, new)
            _save_named(agreement, list(changed))
            record(kind="agreement", subject=agreement.pk, action="terms", actor=actor, at=now, before=agreement.state,
                   after=agreement.state,
                   data={name: [before[name], str(changed[name] or "")] for name in changed})  # fmt: skip
            publish_on_commit("office")
    return agreement


def set_coverage(
    *, agreement_id: int, cells: set[Cell], actor: Actor, now: datetime, seen: str | None = None
) -> tuple[int, int]:  # fmt: skip
    """Make the annex exactly these cells (topic, branch or None = from home); return how many came and went.

    Topics are those of the agreement's authority. In force it counts at once: what went is not bookable any more.
    For the project office. `seen` is the version that was edited; None writes over any. Raises NotFound, NotEditable,
    NothingCovered (an agreement in force keeps a cell), ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        agreement = lock_agreement(agreement_id) if may_keep_agreements(actor) else None
        if agreement is None:
            raise NotFound
        if agreement.state not in {AgreementState.DRAFT, AgreementState.IN_FORCE}:
            raise NotEditable
        if not cells and agreement.state == AgreementState.IN_FORCE:
            raise NothingCovered
        _demand_known(cells, agreement.authority_id)
        rows = AgreementCoverage.objects.filter(agreement=agreement).order_by("id")
        present: dict[Cell, int] = {
            (topic, branch): pk for pk, topic, branch in rows.values_list("pk", "topic_id", "branch_id")
        }
        come, gone = cells - set(present), set(present) - cells
        if (come or gone) and seen not in {None, annex_version(present)}:
            raise ChangedMeanwhile
        AgreementCoverage.objects.filter(pk__in=[present[cell] for cell in gone]).delete()
        AgreementCoverage.objects.bulk_create(
            AgreementCoverage(agreement=agreement, topic_id=topic, branch_id=branch) for topic, branch in sorted(
                come, key=str)
        )  # fmt: skip
        if come or gone:
            record(kind="agreement", subject=agreement.pk, action="annex", actor=actor, at=now, before=agreement.state,
                   after=agreement.state, data={"come": _named(come), "gone": _named(gone)})  # fmt: skip
            publish_on_commit("office")
    return len(come), len(gone)


def _demand_known(cells: set[Cell], authority_id: int) -> None:
    topics = set(Topic.objects.filter(authority_id=authority_id).order_by("id").values_list("pk", flat=True))
    branches = {None, *Branch.objects.order_by("id").values_list("pk", flat=True)}
    if any(topic not in topics or branch not in branches for topic, branch in cells):
        raise NotFound


def _named(cells: set[Cell]) -> list[str]:
    return sorted(f"{topic}@{'home' if branch is None else branch}" for topic, branch in cells)


def _number(text: str) -> str:
    number = " ".join(text.split())
    if not number or len(number) > 40:
        raise AgreementRefused(_("Напишите номер соглашения, не длиннее 40 знаков."), "number")
    return number


def _save_new(draft: Agreement) -> None:
    _save_named(draft, None)


def _save_named(agreement: Agreement, fields: list[str] | None) -> None:
    """Save; a number that another agreement has is a refusal."""
    try:
        with transaction.atomic():
            agreement.save(update_fields=fields)
    except IntegrityError:
        raise AgreementRefused(_("Соглашение с таким номером уже есть."), "number") from None


def expire_overdue(*, actor: Actor, now: datetime) -> int:
    """End the agreements in force whose last day is over on the clocks of their authority; return how many.

    Nothing becomes bookable or stops being so by this: coverage goes by the dates. It makes the list say the truth.
    """
    ended = 0
    for agreement in overdue_agreements(now):
        move_agreement(agreement_id=agreement.pk, action="expire", actor=actor, now=now)
        ended += 1
    return ended
