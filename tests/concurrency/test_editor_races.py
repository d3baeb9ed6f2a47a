"""Two editors write one branch, authority, terms or annex at the same moment, with real connections.

First the loss: without the version each has seen, both are told that they have saved, and one of them has not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from legalaid.directory.agreement_queries import cells_of
from legalaid.directory.models import Agreement, AgreementCoverage, Authority, Branch
from legalaid.directory.refusals import ChangedMeanwhile
from legalaid.directory.services import AuthorityDetails, set_authority, set_coverage, set_terms
from legalaid.directory.states import AgreementState
from legalaid.directory.versions import AUTHORITY, BRANCH, TERM_FIELDS, annex_version, row_version
from legalaid.journal.models import JournalEntry
from legalaid.reception.services import BranchDetails, set_branch
from tests.concurrency.test_booking_races import race
from tests.scenes import NOW, ZONE, Region, make_region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
ROUNDS = 3


@dataclass
class Edit:
    """One kind of edit: how it is written, what stands there, its version, and how to begin anew."""

    write: Callable[[Any, str | None], object]
    values: tuple[Any, Any]
    stands: Callable[[], Any]
    version: Callable[[], str]
    back: Callable[[], object]
    kind: str
    action: str


def branch(region: Region) -> Edit:
    row = Branch.objects.filter(pk=region.branch.pk)

    def write(name: str, seen: str | None) -> object:
        details = BranchDetails(name, "Ростов", "ул. Первая, 1", ZONE, {"mon": "08:00-18:00"})
        return set_branch(branch_id=region.branch.pk, details=details, decisions={}, seen=seen,
                          actor=region.actor("office"), now=NOW).name  # fmt: skip

    return Edit(write, ("МФЦ первого", "МФЦ второго"), lambda: row.get().name, lambda: row_version(row.get(), BRANCH),
                lambda: row.update(name="Как было"), "branch", "set")  # fmt: skip


def authority(region: Region) -> Edit:
    row = Authority.objects.filter(pk=region.authority.pk)

    def write(short: str, seen: str | None) -> object:
        details = AuthorityDetails("Социальный фонд", short, "Соцфонд", "federal_fund", ZONE)
        return set_authority(authority_id=region.authority.pk, details=details, seen=seen,
                             actor=region.actor("office"), now=NOW).short  # fmt: skip

    return Edit(write, ("СФР первого", "СФР второго"), lambda: row.get().short,
                lambda: row_version(row.get(), AUTHORITY), lambda: row.update(short="Как было"), "authority",
                "set")  # fmt: skip


def terms(region: Region) -> Edit:
    row = Agreement.objects.filter(pk=region.agreement.pk)
    row.update(state=AgreementState.DRAFT)
    numbers = {"norm_posts": 1, "norm_hours": 8, "agree_days": 1, "hold_days": 5, "wait_minutes": 15}

    def write(signer: str, seen: str | None) -> object:
        return set_terms(agreement_id=region.agreement.pk, number="1/2026", valid_from=date(2026, 1, 1),
                         valid_until=None, signer_body=signer, signer_centre="", numbers=numbers, seen=seen,
                         actor=region.actor("office"), now=NOW).signer_body  # fmt: skip

    return Edit(write, ("Министр", "Заместитель"), lambda: row.get().signer_body,
                lambda: row_version(row.get(), TERM_FIELDS), lambda: row.update(signer_body="Как было"), "agreement",
                "terms")  # fmt: skip


def annex(region: Region) -> Edit:
    pk, topic = region.agreement.pk, region.topic.pk

    def write(cells: set[tuple[int, int | None]], seen: str | None) -> object:
        set_coverage(agreement_id=pk, cells=cells, seen=seen, actor=region.actor("office"), now=NOW)
        return cells

    def back() -> None:
        AgreementCoverage.objects.filter(agreement=pk).delete()
        for place in (region.branch, None):
            AgreementCoverage.objects.create(agreement_id=pk, topic_id=topic, branch=place)

    return Edit(write, ({(topic, None)}, {(topic, region.branch.pk)}), lambda: cells_of(pk),
                lambda: annex_version(cells_of(pk)), back, "agreement", "annex")  # fmt: skip


KINDS = [branch, authority, terms, annex]


def both(edit: Edit, *, blind: bool = False) -> list[object]:
    """Two editors who have opened the same version save at once."""
    seen = None if blind else edit.version()
    return race([lambda value=value: edit.write(value, seen) for value in edit.values])  # type: ignore[misc]


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_version_one_editors_words_are_lost(kind: Callable[[Region], Edit]) -> None:
    """Negative control: both are told that they have saved, and the first one's words are gone."""
    edit = kind(make_region())
    edit.back()
    assert both(edit, blind=True) == list(edit.values)
    assert edit.stands() in edit.values


@pytest.mark.parametrize("kind", KINDS)
def test_one_of_two_editors_wins_and_the_other_is_told(kind: Callable[[Region], Edit]) -> None:
    edit = kind(make_region())
    written = JournalEntry.objects.filter(kind=edit.kind, action=edit.action)
    for _round in range(ROUNDS):
        edit.back()
        before = written.count()
        found = both(edit)
        refused = [one for one in found if isinstance(one, ChangedMeanwhile)]
        won = [one for one in found if not isinstance(one, Exception)]
        assert (len(refused), len(won)) == (1, 1), found
        assert "Ничего не потеряно" in str(refused[0].text)
        assert edit.stands() == won[0]
        assert written.count() == before + 1
        # Having seen what stands there, the second one may write over it on purpose.
        edit.write(edit.values[0] if won[0] == edit.values[1] else edit.values[1], edit.version())
        assert edit.stands() != won[0]


@pytest.mark.parametrize("kind", KINDS)
def test_two_who_write_the_same_agree(kind: Callable[[Region], Edit]) -> None:
    edit = kind(make_region())
    edit.back()
    seen, value = edit.version(), edit.values[0]
    found = race([lambda: edit.write(value, seen)] * 2)
    assert found == [value, value]
    assert edit.stands() == value
    assert JournalEntry.objects.filter(kind=edit.kind, action=edit.action).count() == 1
