"""The page of the second of two editors: what she typed stands in the form, what is recorded is shown beside it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import Agreement, AgreementCoverage, Authority, Branch
from legalaid.directory.states import AgreementState
from legalaid.journal.models import JournalEntry
from tests.scenes import NOW, ZONE, Region, at, make_region

pytestmark = pytest.mark.django_db
WEEK = {f"{day}_{end}": clock for day in ("mon", "tue", "wed", "thu", "fri", "sat")
        for end, clock in (("from", "08:00"), ("to", "18:00"))}  # fmt: skip
TERMS = {"number": "1/2026", "valid_from": "2026-01-01", "valid_until": "", "signer_body": "", "signer_centre": "",
         "norm_posts": "1", "norm_hours": "8", "agree_days": "1", "hold_days": "5", "wait_minutes": "15"}  # fmt: skip


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_region()


@pytest.fixture
def office(region: Region) -> Client:
    client = Client()
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    return client


def stand() -> tuple[Any, ...]:
    return (
        list(Branch.objects.order_by("id").values()), list(Authority.objects.order_by("id").values()),
        list(Agreement.objects.order_by("id").values()), JournalEntry.objects.count(),
        list(AgreementCoverage.objects.order_by("id").values_list("topic", "branch")),
    )  # fmt: skip


def seen_on(page: str, form: str) -> str:
    """The version in the form that goes to an address."""
    found = re.search(rf'action="{form}".*?name="seen" value="([^"]+)"', page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", ["branch", "authority", "terms"])
def test_the_second_editor_loses_nothing_and_is_told(region: Region, office: Client, kind: str) -> None:
    Agreement.objects.update(state=AgreementState.DRAFT)
    branch, authority = f"/office/network/{region.branch.pk}/", f"/office/authorities/{region.authority.pk}/"
    agreement = f"/office/agreement/{region.agreement.pk}/"
    place = {"name": "МФЦ № 1", "municipality": "Ростов", "timezone": ZONE, **WEEK}
    fund = {"name": "Социальный фонд", "plain": "Соцфонд", "level": "federal", "timezone": ZONE}
    page, form, typed, field, words = {
        "branch": (branch, branch, place, "address", ("ул. Первая, 10", "ул. Вторая, 2")),
        "authority": (authority, authority, fund, "short", ("Фонд первого", "Фонд второго")),
        "terms": (agreement, f"{agreement}terms/", TERMS, "signer_body", ("Министр", "Заместитель")),
    }[kind]
    seen = seen_on(office.get(page).content.decode(), form)
    assert office.post(form, {**typed, field: words[0], "seen": seen}).status_code == 302
    before = stand()
    answer = office.post(form, {**typed, field: words[1], "seen": seen})
    assert answer.status_code == 409
    assert stand() == before
    shown = answer.content.decode()
    assert "Ничего не потеряно" in shown
    assert f"записано «{words[0]}», у вас «{words[1]}»" in shown
    assert f'value="{words[1]}"' in shown  # what she typed stands in its field
    again = office.post(form, {**typed, field: words[1], "seen": seen_on(shown, form)})
    assert again.status_code == 302  # now she knows what she writes over
    assert f'value="{words[1]}"' in office.get(page).content.decode()


def test_two_annexes_differ_by_name_and_the_boxes_stay_as_marked(region: Region, office: Client) -> None:
    page, form = f"/office/agreement/{region.agreement.pk}/", f"/office/agreement/{region.agreement.pk}/annex/"
    home, there = f"{region.topic.pk}@home", f"{region.topic.pk}@{region.branch.pk}"
    seen = seen_on(office.get(page).content.decode(), form)
    assert office.post(form, {"cell": [home], "seen": seen}).status_code == 302
    before = stand()
    answer = office.post(form, {"cell": [there], "seen": seen})
    assert answer.status_code == 409
    assert stand() == before
    shown = answer.content.decode()
    assert "Записано, а у вас не отмечено:" in shown
    assert f"<li>{region.topic.title}: из дома</li>" in shown
    assert f"<li>{region.topic.title}: Ростов</li>" in shown
    boxes = dict(re.findall(r'value="([^"]+@[^"]+)" aria-label="[^"]+"( checked)?', shown))
    assert (boxes[home], boxes[there]) == ("", " checked")
    office.post(form, {"cell": [there], "seen": seen_on(shown, form)})
    assert list(AgreementCoverage.objects.values_list("branch", flat=True)) == [region.branch.pk]


def test_the_version_goes_through_the_step_of_decisions(region: Region, office: Client) -> None:
    """Somebody renames the branch while the office decides about a booking: the name is not lost."""
    late = region.booked(at(17), branch=region.branch)
    form = f"/office/network/{region.branch.pk}/"
    seen = seen_on(office.get(form).content.decode(), form)
    sent = {"name": "МФЦ № 1", "municipality": "Ростов", "address": "ул. Первая, 1", "timezone": ZONE, **WEEK,
            "mon_to": "16:00", "seen": seen}  # fmt: skip
    asked = office.post(form, sent).content.decode()
    assert f'name="seen" value="{seen}"' in asked
    Branch.objects.update(name="Переименовано")
    before = stand()
    answer = office.post(form, {**sent, "decided": "1", f"decision-{late.pk}": "keep"})
    assert answer.status_code == 409
    assert stand() == before
    assert "Переименовано" in answer.content.decode()
