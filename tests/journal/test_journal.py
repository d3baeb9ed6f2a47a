"""The journal is append-only, chained, and tampering shows at its first row."""

import threading
import time

import pytest
from django.db import DatabaseError, connection, transaction

from legalaid.journal.models import JournalEntry, JournalSeal
from legalaid.journal.services import LATER, entry, record, seal, verify, written
from legalaid.kernel.actor import Actor
from legalaid.kernel.sql import Part, fetch_together
from tests.scenes import NOW

ACTOR = Actor.system("test")


def seal_until(count: int) -> int:
    """Seal until `count` entries are sealed: transactions of other test workers hold the sealer back for a moment."""
    sealed = 0
    deadline = time.monotonic() + 20
    while sealed < count and time.monotonic() < deadline:
        sealed += seal()
    return sealed


def write(n: int) -> None:
    for i in range(n):
        record(kind="thing", subject=i, action="do", actor=ACTOR, at=NOW, before="a", after="b", data={"i": i})


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "entries"), [(1, 2), (0, 0)])
def test_entries_name_what_a_part_of_their_statement_returns(limit: int, entries: int) -> None:
    """A whole value stands for it, words that only look like it do not; without the part's row nothing is written."""
    words = f'она сказала "{LATER.format("made.id")}" и {LATER.format("made.post")}'
    told = written(
        entry(kind="booking", subject=LATER.format("made.id"), action="hold", actor=ACTOR, at=NOW,
              data={"post": LATER.format("made.post"), "words": words}),
        entry(kind="other", subject="x", action="do", actor=ACTOR, at=NOW), later=("made.id", "made.post"),
    )  # fmt: skip
    fetch_together(Part("made", f"SELECT 7 AS id, 8 AS post LIMIT {limit}", {}), told, last="SELECT 1")
    rows = list(JournalEntry.objects.order_by("id").values_list("subject", "data"))
    assert rows == [("7", {"post": 8, "words": words}), ("x", {})][:entries]


@pytest.mark.django_db
def test_words_that_look_like_a_number_to_come_are_words() -> None:
    record(kind="thing", subject="s", action="do", actor=ACTOR, at=NOW, data={"words": LATER.format("made.id")})
    assert JournalEntry.objects.get().data == {"words": "{made.id}"}


@pytest.mark.django_db
def test_the_database_refuses_to_rewrite_history() -> None:
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalEntry.objects.update(action="other")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalEntry.objects.all().delete()
    assert JournalEntry.objects.get().action == "do"


@pytest.fixture
def emptied(transactional_db: None) -> None:
    """Real commits."""


def test_the_chain_seals_every_entry_once_and_verifies(emptied: None) -> None:
    write(5)
    assert seal_until(5) == 5
    assert seal() == 0
    write(3)
    assert seal_until(3) == 3
    assert verify() is None
    assert list(JournalSeal.objects.values_list("number", flat=True)) == list(range(1, 9))


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE journal_journalentry e SET kind = '' FROM journal_journalseal WHERE entry = e.id AND number = 3", 3),
        ("DELETE FROM journal_journalentry e USING journal_journalseal s WHERE entry = e.id AND number = 2", 2),
        ("DELETE FROM journal_journalseal WHERE number = 4", 4),
    ],
)  # fmt: skip
def test_tampering_is_found_at_its_first_row(emptied: None, tampering: str, found: int) -> None:
    write(5)
    assert seal_until(5) == 5
    with connection.cursor() as cursor:  # somebody with the keys of the database
        cursor.execute("ALTER TABLE journal_journalentry DISABLE TRIGGER journal_append_only")
        cursor.execute(tampering)
        cursor.execute("ALTER TABLE journal_journalentry ENABLE TRIGGER journal_append_only")
    assert verify() == found


@pytest.mark.concurrency
def test_an_entry_that_commits_late_is_not_skipped(emptied: None) -> None:
    """An entry gets its id before it commits: a sealer that went by ids alone would pass over it for good."""
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                write(1)
                written.set()
                may_commit.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(10)
    write(1)
    assert seal() == 0  # the older transaction is open: nothing after it is sealed yet
    may_commit.set()
    thread.join()
    assert seal_until(2) == 2
    assert verify() is None
