"""A recorded dialogue in real browsers: asked, agreed to, seen, filmed, stopped, watched. And where it is forbidden."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from legalaid.dialogue.models import DialoguePolicy, Recording, RecordingChunk
from legalaid.journal.models import JournalEntry
from tests.e2e.test_dialogue import Site, arrive, enter, expert, site  # noqa: F401 - fixtures among them
from tests.e2e.test_dialogue import _rows_beside_the_browser as rows_beside_the_browser  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.usefixtures("django_db_setup")]
PLAYS = """async (src) => {
  const video = document.querySelector(`video[src="${src}"]`);
  video.muted = true;
  await video.play();
  for (let n = 0; n < 100 && video.currentTime < 0.5; n += 1) await new Promise((done) => setTimeout(done, 100));
  const shown = video.getVideoPlaybackQuality().totalVideoFrames;
  return [video.currentTime, video.videoWidth, video.videoHeight, shown];
}"""


@pytest.fixture
def allowed(site: Site, settings: Any, tmp_path: Path) -> Site:  # noqa: F811 - the fixture
    settings.RECORDING_KEY = base64.b64encode(b"k" * 32).decode()
    settings.RECORDINGS_DIR = str(tmp_path / "recordings")
    DialoguePolicy.objects.create(authority=site.scene.authority, recording=True)
    return site


def code_of_recording(page: Page) -> list[str]:
    """Scripts the page has loaded that have to do with recording."""
    names = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    return [name for name in page.evaluate(names) if "recording" in name]


def shot(page: Page, name: str) -> None:
    """Look at it with E2E_SHOTS=<folder>."""
    if folder := os.environ.get("E2E_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_where_the_policy_says_no_there_is_no_button_and_no_code(browser: Browser, site: Site, expert: Page) -> None:  # noqa: F811
    citizen = arrive(browser, phone=True)
    address, request = site.citizen()
    enter(citizen, address)
    site.admit(expert, request)
    expect(expert.locator("dialogue-room[data-state=live]")).to_be_visible()
    for page in (citizen, expert):
        expect(page.locator("dialogue-room[data-peers='1']")).to_be_visible()
        assert page.locator("[data-part=record], [data-part=recording]").count() == 0
        assert code_of_recording(page) == []
    asked = expert.evaluate(
        """async () => (await fetch('recording/ask/', { method: 'POST', headers:
            { 'X-CSRFToken': document.querySelector('[name=csrfmiddlewaretoken]').value } })).status"""
    )
    assert asked == 409
    assert not Recording.objects.exists()
    citizen.context.close()


def test_it_is_refused_agreed_to_filmed_stopped_and_watched(browser: Browser, allowed: Site, expert: Page) -> None:  # noqa: F811
    citizen = arrive(browser, phone=True)
    posted = note_posts(citizen)
    comes_late(expert)
    address, request = allowed.citizen()
    enter(citizen, address)
    allowed.admit(expert, request)
    expect(citizen.locator("dialogue-room[data-state=live]")).to_be_visible(timeout=20_000)
    citizen.evaluate("document.querySelector('dialogue-room').watchRecording()")  # as when the socket comes back
    expect(citizen.locator("dialogue-room[data-peers='1'][data-recorded]")).to_be_visible(timeout=20_000)
    refuse(citizen, expert)
    assert posted == ["refuse"], "one press is one answer"
    expert.locator("[data-part=record]").click()
    expect(citizen.get_by_role("button", name="Согласен на запись")).to_be_visible()
    expect(expert.get_by_text("Ждём, согласятся ли на запись остальные")).to_be_visible()
    expect(citizen.locator("[data-part=recording-fault]")).to_be_empty()
    shot(citizen, "recording-asked-phone")
    assert not RecordingChunk.objects.exists()
    citizen.get_by_role("button", name="Согласен на запись").click()
    for page in (citizen, expert):
        expect(page.locator("[data-part=recording]")).to_contain_text("Идёт запись")
    shot(citizen, "recording-running-phone")
    shot(expert, "recording-running-desk")
    wait_for_chunks(3)
    citizen.get_by_role("button", name="Остановить запись").click()
    expect(expert.locator("[data-part=recording]")).to_contain_text("Разговор не записывают: согласия не даёт")
    expect(citizen.locator("[data-part=recording]")).to_contain_text("Вы не согласны на запись")
    kept = Recording.objects.exclude(chunks=None).get()
    assert kept.state == "ended"
    expert.goto(f"{allowed.address}/recordings/")
    shot(expert, "recordings-desk")
    seconds, width, height, shown = expert.evaluate(PLAYS, f"/recordings/{kept.pk}/0.webm")
    assert (width, height) == (640, 240)
    assert seconds >= 0.5
    assert shown > 3
    assert JournalEntry.objects.filter(kind="recording", action="open").count() >= 1
    citizen.context.close()


def note_posts(page: Page) -> list[str]:
    """What the page says to the server about the recording, as it happens; its code of recording comes late."""
    found: list[str] = []
    page.on(
        "request",
        lambda sent: (
            found.append(sent.url.split("/")[-2]) if "/recording/" in sent.url and sent.method == "POST" else None
        ),
    )
    comes_late(page)
    return found


def comes_late(page: Page) -> None:
    """The code of recording, as over a slow line; nothing pressed meanwhile is lost."""
    page.route("**/recording-*.js", lambda route: (time.sleep(1.5), route.continue_()))


def refuse(citizen: Page, by: Page) -> None:
    """She does not agree: there is no recording, and both are told why."""
    by.locator("[data-part=record]").click()
    citizen.get_by_role("button", name="Без записи").click()
    expect(by.locator("[data-part=recording]")).to_contain_text("Разговор не записывают: согласия не даёт")
    expect(citizen.locator("[data-part=recording]")).to_contain_text("Вы не согласны на запись")
    for page in (citizen, by):
        expect(page.locator("[data-part=log]")).to_contain_text("без записи")
    assert not RecordingChunk.objects.exists()


def wait_for_chunks(count: int, within: float = 40) -> None:
    end = time.monotonic() + within
    while RecordingChunk.objects.count() < count:
        assert time.monotonic() < end, f"{RecordingChunk.objects.count()} pieces came"
        time.sleep(0.2)
