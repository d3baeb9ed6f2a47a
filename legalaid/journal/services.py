"""Writing and sealing the journal."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from legalaid.journal.models import JournalEntry, JournalSeal
from legalaid.journal.rules import GENESIS, digest_after
from legalaid.kernel.actor import Actor
from legalaid.kernel.sql import Part, fetch_all

_WRITE = """
    INSERT INTO journal_journalentry (at, kind, subject, action, before, after, actor, data)
    SELECT entry.at, entry.kind, entry.subject, entry.action, entry.before, entry.after, entry.actor, entry.data
    FROM {parts}ROWS FROM (jsonb_to_recordset(({rows})::jsonb) AS (at timestamptz, kind text, subject text, action text,
        before text, after text, actor text, data jsonb))
        WITH ORDINALITY AS entry (at, kind, subject, action, before, after, actor, data, place)
    ORDER BY entry.place
"""


class Entry(NamedTuple):
    """One change of state on its way into the journal; a model's instance costs ten times as much."""

    at: datetime
    kind: str
    subject: str
    action: str
    before: str
    after: str
    actor: str
    data: dict[str, Any]


SEAL_LOCK = 0x6A6F75726E  # one sealer at a time
BATCH = 5_000


def entry(
    *,
    kind: str,
    subject: object,
    action: str,
    actor: Actor,
    at: datetime,
    before: str = "",
    after: str = "",
    data: dict[str, Any] | None = None,
) -> Entry:
    """An entry to be written with others in one statement, see `write`. `data` never holds personal data."""
    return Entry(at, kind, str(subject), action, before, after, actor.label, data or {})


def record(
    *,
    kind: str,
    subject: object,
    action: str,
    actor: Actor,
    at: datetime,
    before: str = "",
    after: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Write one entry inside the caller's transaction. `data` never holds personal data."""
    write(entry(kind=kind, subject=subject, action=action, actor=actor, at=at, before=before, after=after, data=data))


def write(*entries: Entry) -> None:
    """Write entries in their order by one statement, inside the caller's transaction."""
    if entries:
        part = written(*entries)
        fetch_all(part.text, **part.values)


def written(*entries: Entry, later: tuple[str, ...] = ()) -> Part:
    """What `write` does, as a part of a larger statement.

    `later` names numbers that parts before it return, as «part.column»: LATER.format(…) as an entry's subject or in its
    data stands for one. If one of those parts returns no row, nothing is written.
    """
    rows = [one._asdict() | {"at": one.at.isoformat()} for one in entries]
    return Part("written", _writing(later), {"rows": json.dumps(rows, ensure_ascii=False, cls=DjangoJSONEncoder)})


LATER = "{{{}}}"
"""Only a whole value is replaced: a quotation mark inside of one is escaped in JSON."""


@cache
def _writing(later: tuple[str, ...]) -> str:
    rows = "%(rows)s::text"
    for column in later:
        rows = f"replace({rows}, '{json.dumps(LATER.format(column))}', {column}::text)"
    parts = dict.fromkeys(column.partition(".")[0] for column in later)
    return _WRITE.format(rows=rows, parts="".join(f"{part}, " for part in parts))


def _canonical(entry: JournalEntry) -> dict[str, object]:
    return {
        "id": entry.pk, "at": entry.at.astimezone(UTC).isoformat(), "kind": entry.kind, "subject": entry.subject,
        "action": entry.action, "before": entry.before, "after": entry.after, "actor": entry.actor, "data": entry.data,
    }  # fmt: skip


def seal() -> int:
    """Chain the entries that no open transaction can still precede; return how many were sealed.

    Entries get their id before they commit, so the sealer stops at the oldest transaction still open.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            (horizon,) = cursor.fetchone() or (0,)
        last = JournalSeal.objects.order_by("-number").first()
        number, previous = (last.number, bytes(last.digest)) if last else (0, GENESIS)
        sealed = JournalSeal.objects.order_by().values("entry")
        fresh = JournalEntry.objects.filter(xact__lt=horizon).exclude(pk__in=sealed).order_by("id")[:BATCH]
        seals = []
        for entry in fresh:
            number += 1
            previous = digest_after(previous, _canonical(entry))
            seals.append(JournalSeal(number=number, entry=entry.pk, digest=previous))
        JournalSeal.objects.bulk_create(seals)
        return len(seals)


def verify() -> int | None:
    """Walk the whole chain; return the number of the first seal that does not hold, or None when all do."""
    previous = GENESIS
    expected = 1
    for seal_row in JournalSeal.objects.order_by("number").iterator():
        entry = JournalEntry.objects.filter(pk=seal_row.entry).first()
        if seal_row.number != expected or entry is None:
            return expected
        previous = digest_after(previous, _canonical(entry))
        if previous != bytes(seal_row.digest):
            return expected
        expected += 1
    return None
