"""What goes with an agreement beside its terms: the annex on data exchange, scans of signed copies, the templates."""

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime
from threading import Lock

import pypdfium2
from django.db import IntegrityError, transaction

from legalaid.directory.agreement_queries import exchange_of, lock_agreement, scans_of
from legalaid.directory.agreement_rules import Exchanged, check_clause, clean_exchange
from legalaid.directory.models import AgreementClause, AgreementScan, ExchangeItem
from legalaid.directory.pack_queries import lock_method
from legalaid.directory.policies import may_keep_agreements
from legalaid.directory.refusals import SCAN_REFUSALS, NotEditable, ScanRefused
from legalaid.directory.states import AgreementState, ExchangeDirection
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.drawing import Drawn, NotDrawn, draw
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.plain import printable

MAX_SCANS, MAX_EXCHANGE = 20, 60
"""Files of one version, and lines of its annex on data exchange; product defaults."""
A4_WIDTH, A4_HEIGHT = 595, 842
"""Points of a page scans are laid on."""
_PDFIUM = Lock()
"""PDFium is not made for several threads; the serving process calls it nowhere else."""


def set_exchange(*, agreement_id: int, items: Sequence[Exchanged], actor: Actor, now: datetime) -> int:
    """Make the annex on data exchange exactly these lines (empty ones are left out); return how many it has.

    While it is a draft, for the project office. Setting what is set changes nothing. Raises NotFound, NotEditable.
    """
    with transaction.atomic(durable=True):
        agreement = lock_agreement(agreement_id) if may_keep_agreements(actor) else None
        wanted = clean_exchange(items)
        if agreement is None or len(wanted) > MAX_EXCHANGE:
            raise NotFound
        if any(one.direction not in ExchangeDirection.values for one in wanted):
            raise NotFound
        if agreement.state != AgreementState.DRAFT:
            raise NotEditable
        present = [Exchanged(one.direction, one.what, one.kept) for one in exchange_of(agreement.pk)]
        if wanted != present:
            ExchangeItem.objects.filter(agreement=agreement).delete()
            ExchangeItem.objects.bulk_create(
                ExchangeItem(agreement=agreement, position=n, **one._asdict()) for n, one in enumerate(wanted)
            )
            record(kind="agreement", subject=agreement.pk, action="exchange", actor=actor, at=now,
                   before=agreement.state, after=agreement.state, data={"lines": len(wanted)})  # fmt: skip
            publish_on_commit("office")
    return len(wanted)


def add_scan(*, agreement_id: int, file: bytes, name: str, actor: Actor, now: datetime) -> AgreementScan:
    """Keep a signed copy with a version, redrawn page by page. For the project office; not while it is a draft.

    Raises NotFound, NotEditable, ScanRefused (not a PDF or picture, too large, locked, there already).
    """
    if not may_keep_agreements(actor) or actor.user_id is None:
        raise NotFound
    try:
        pages = draw(file)
    except NotDrawn as problem:
        raise ScanRefused(SCAN_REFUSALS[problem.why]) from problem
    digest, pdf = hashlib.sha256(file).hexdigest(), _bound(pages)
    try:
        with transaction.atomic(durable=True):
            agreement = lock_agreement(agreement_id)
            if agreement is None:
                raise NotFound
            if agreement.state == AgreementState.DRAFT:
                raise NotEditable
            if scans_of(agreement.pk).count() >= MAX_SCANS:
                raise ScanRefused(SCAN_REFUSALS["many"])
            scan = AgreementScan.objects.create(
                agreement=agreement, name=printable(" ".join(name.split()))[:120], pages=len(pages), pdf=pdf,
                digest=digest, added_by_id=actor.user_id, added_at=now,
            )  # fmt: skip
            record(kind="agreement", subject=agreement.pk, action="add_scan", actor=actor, at=now,
                   before=agreement.state, after=agreement.state,
                   data={"scan": scan.pk, "pages": len(pages), "sha256": digest})  # fmt: skip
            publish_on_commit("office")
    except IntegrityError as error:
        if "agreement_scan_once" in str(error):
            raise ScanRefused(SCAN_REFUSALS["twice"]) from error
        raise
    return scan


def remove_scan(*, agreement_id: int, scan_id: int, actor: Actor, now: datetime) -> None:
    """Take back a scan that was attached by mistake; the journal keeps that it was there. Raises NotFound."""
    with transaction.atomic(durable=True):
        agreement = lock_agreement(agreement_id) if may_keep_agreements(actor) else None
        found = AgreementScan.objects.filter(agreement_id=agreement_id, pk=scan_id).defer("pdf").order_by("id").first()
        if agreement is None or found is None:
            raise NotFound
        digest = found.digest
        found.delete()
        record(kind="agreement", subject=agreement.pk, action="remove_scan", actor=actor, at=now,
               before=agreement.state, after=agreement.state, data={"scan": scan_id, "sha256": digest})  # fmt: skip
        publish_on_commit("office")


def set_clause(*, clause_id: int, title: str, text: str, actor: Actor, now: datetime) -> AgreementClause:
    """Write a clause of the region's template; agreements sent to be signed keep the wording they had.

    For the project office. Setting what is set changes nothing. Raises NotFound, ClauseRefused.
    """
    with transaction.atomic(durable=True):
        lock_method()  # a pack on its way in must not be planned on the wording that is just going
        rows = AgreementClause.objects.select_for_update().filter(pk=clause_id).order_by("id")
        clause = rows.first() if may_keep_agreements(actor) else None
        if clause is None:
            raise NotFound
        wanted = check_clause(printable(title), printable(text))
        if wanted != (clause.title, clause.text):
            clause.title, clause.text = wanted
            clause.save(update_fields=["title", "text"])
            record(kind="agreement_clause", subject=clause.pk, action="write", actor=actor, at=now,
                   data={"code": clause.code})  # fmt: skip
            publish_on_commit("office")
    return clause


def _bound(pages: Sequence[Drawn]) -> bytes:
    """Pages of our own drawing bound into one PDF, each on a sheet of A4 lying as it does; nothing is encoded again."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument.new()
        for one in pages:
            lying = one.width > one.height
            width, height = (A4_HEIGHT, A4_WIDTH) if lying else (A4_WIDTH, A4_HEIGHT)
            scale = min(width / one.width, height / one.height)
            picture = pypdfium2.PdfImage.new(document)
            picture.load_jpeg(io.BytesIO(one.image), inline=True)
            matrix = pypdfium2.PdfMatrix().scale(one.width * scale, one.height * scale)
            matrix = matrix.translate((width - one.width * scale) / 2, (height - one.height * scale) / 2)
            picture.set_matrix(matrix)
            page = document.new_page(width, height)
            page.insert_obj(picture)
            page.gen_content()
        out = io.BytesIO()
        document.save(out)
        document.close()
    return out.getvalue()
