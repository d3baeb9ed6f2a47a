"""A clause is written while a pack is on its way in, with real connections; first the loss that the turn prevents."""

from __future__ import annotations

import threading

import pytest

from legalaid.directory.models import AgreementClause
from legalaid.directory.pack import Pack
from legalaid.directory.pack.plan import Plan
from legalaid.directory.services import agreement_papers, import_pack, packs, set_clause
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from tests.concurrency.test_booking_races import race
from tests.directory.packs import small
from tests.scenes import NOW, make_region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
WAITS = 1.0
"""Seconds the pack gives the edit to come in between; with the turn taken it cannot."""


def with_clause(text: str) -> Pack:
    return small(clause__term={"title": "Срок", "position": 0, "text": text})


def edit_between_plan_and_write(monkeypatch: pytest.MonkeyPatch) -> str:
    """The office saves a clause after a newer pack was planned and before it is written; return what stands then."""
    region = make_region()
    import_pack(pack=with_clause("Из первого пакета."), actor=Actor.system("test"), now=NOW)
    clause, actor = AgreementClause.objects.get(code="term"), region.actor("office")
    planned, saved, usual = threading.Event(), threading.Event(), packs.plan_of

    def slow(pack: Pack) -> Plan:
        plan = usual(pack)
        planned.set()
        saved.wait(WAITS)
        return plan

    monkeypatch.setattr(packs, "plan_of", slow)

    def edit() -> object:
        planned.wait(10)
        found = set_clause(clause_id=clause.pk, title="Срок", text="Из офиса.", actor=actor, now=NOW)
        saved.set()
        return found.text

    def take() -> object:
        return import_pack(pack=with_clause("Из нового пакета."), actor=Actor.system("test"), now=NOW)

    edited, taken = race([edit, take])
    assert edited == "Из офиса.", edited
    assert isinstance(taken, Plan), taken
    assert JournalEntry.objects.filter(kind="agreement_clause", action="write").count() == 1
    clause.refresh_from_db()
    return clause.text


def test_without_the_turn_the_pack_writes_over_what_was_just_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the office is told that it has saved, and its words are gone."""
    monkeypatch.setattr(agreement_papers, "lock_method", lambda: None)
    assert edit_between_plan_and_write(monkeypatch) == "Из нового пакета."


def test_the_office_writes_after_the_pack_or_before_its_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    assert edit_between_plan_and_write(monkeypatch) == "Из офиса."
