"""Pages of the rules of dialogues: what is shown to whom, what is saved, what a refusal says."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.utils import timezone

from legalaid.dialogue.models import DialoguePolicy
from legalaid.journal.models import JournalEntry
from tests.scenes import NOW, Region, make_region, of

pytestmark = pytest.mark.django_db
SENT = {"way": "server", "recording": "on", "keep_days": " 14 "}


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    settings.RECORDING_KEY = base64.b64encode(b"k" * 32).decode()
    settings.TURN_URLS, settings.TURN_SECRET = [], ""
    return make_region()


def main_of(answer: Any) -> str:
    return str(answer.content.decode().partition("<main")[2].partition("</main>")[0])


def test_a_coordinator_comes_to_her_authority_and_saves(region: Region) -> None:
    client, url = of(region, "coordinator"), f"/authority/{region.authority.pk}/dialogues/"
    assert client.get("/authority/dialogues/")["Location"] == url
    page = client.get(url).content.decode()
    assert "СФР" in page
    assert "У системы нет своего ретранслятора" in page
    assert "/recordings/" in page
    saved = client.post(url, SENT, follow=True)
    assert "Сохранено" in saved.content.decode()
    policy = DialoguePolicy.objects.get()
    assert (policy.media, policy.recording, policy.keep_days, policy.relay_only) == ("server", True, 14, False)


def test_the_office_sees_all_authorities_and_what_they_chose(region: Region) -> None:
    DialoguePolicy.objects.create(authority=region.authority, recording=True, keep_days=21)
    client = of(region, "office")
    page = client.get("/authority/dialogues/").content.decode()
    assert "хранится дней: 21" in page
    assert "не ведётся" in page
    assert client.post(f"/authority/{region.other_authority.pk}/dialogues/", SENT).status_code == 302
    assert DialoguePolicy.objects.get(authority=region.other_authority).keep_days == 14


@pytest.mark.parametrize(
    ("change", "says", "keeps"),
    [
        ({"keep_days": "400"}, "от 1 до 365", 'value="400"'),
        ({"keep_days": "всегда"}, "от 1 до 365", 'value="всегда"'),
        ({"way": ""}, "Выберите, как идёт связь", "14"),
        ({"relay_only": "on"}, "нет своего ретранслятора, и разговоры", "14"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_changes_nothing(
    region: Region, change: dict[str, str], says: str, keeps: str
) -> None:
    answer = of(region, "coordinator").post(f"/authority/{region.authority.pk}/dialogues/", {**SENT, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert keeps in page
    assert 'role="alert"' in page
    assert not DialoguePolicy.objects.exists()
    assert not JournalEntry.objects.filter(kind="dialogue_policy").exists()


def test_another_authority_is_an_unknown_page(region: Region) -> None:
    client = of(region, "coordinator")
    foreign = f"/authority/{region.other_authority.pk}/dialogues/"
    unknown = "/authority/999999/dialogues/"
    for answer in (client.get(foreign), client.post(foreign, SENT), client.get(unknown), client.post(unknown, SENT)):
        assert answer.status_code == 404
    assert main_of(client.get(foreign)) == main_of(client.get(unknown))
    assert not DialoguePolicy.objects.exists()


def test_the_menu_leads_to_recordings_for_those_who_may_watch(region: Region) -> None:
    for who, page, there in (("expert", "/expert/", True), ("coordinator", "/authority/", True),
                             ("office", "/office/", False), ("operator", "/desk/", False)):  # fmt: skip
        assert ('href="/recordings/"' in of(region, who).get(page).content.decode()) is there, who
