"""Screen and document camera: shown to the other side without a negotiation."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import RECEIVED
from tests.e2e.test_dialogue import Site, _rows_beside_the_browser, arrive, enter, expert, grows, site
from tests.e2e.test_room_states import shot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
__all__ = ["_rows_beside_the_browser", "expert", "site"]  # fixtures of the room

COUNT_OFFERS = """
  window.__offers = 0;
  const set = RTCPeerConnection.prototype.setLocalDescription;
  RTCPeerConnection.prototype.setLocalDescription = function (...a) {
    window.__offers += 1;
    return set.apply(this, a);
  };
"""


def picture_plays(page: Page, part: str) -> None:
    page.wait_for_function(
        "part => document.querySelector(`[data-part=${part}]`)?.videoWidth > 0", arg=part, timeout=20_000
    )
    expect(page.locator(f"[data-part={part}]")).to_be_visible()


def test_paper_and_screen_need_no_negotiation(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    expert.context.add_init_script(COUNT_OFFERS)
    citizen = arrive(browser, script=COUNT_OFFERS)
    enter(citizen, address)
    site.admit(expert, request)
    picture_plays(expert, "face-video")
    picture_plays(citizen, "face-video")
    before = [page.evaluate("window.__offers") for page in (citizen, expert)]
    citizen.get_by_role("button", name="Документ").click()
    picture_plays(expert, "face-document")
    expert.get_by_role("button", name="Экран", exact=True).click()
    picture_plays(citizen, "face-screen")
    expert.get_by_role("button", name="Экран", exact=True).click()
    expect(citizen.locator("[data-part=face-screen]")).to_be_hidden()
    expect(citizen.get_by_role("button", name="Экран", exact=True)).to_have_count(0)
    assert [page.evaluate("window.__offers") for page in (citizen, expert)] == before
    citizen.context.close()


# A telephone: while one camera runs no other opens.
ONE_AT_A_TIME = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices), running = new Set();
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    for (const track of running) if (track.readyState === 'ended') running.delete(track);
    if (wanted.video && running.size) throw new DOMException('', 'NotReadableError');
    const stream = await ask(wanted);
    stream.getVideoTracks().forEach(track => running.add(track));
    return stream;
  };
"""


def test_a_telephone_turns_its_only_camera_to_the_paper_and_back(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    expert.context.add_init_script(COUNT_OFFERS)
    citizen = arrive(browser, phone=True, script=COUNT_OFFERS + ONE_AT_A_TIME)
    enter(citizen, address)
    site.admit(expert, request)
    picture_plays(expert, "face-video")
    before = [page.evaluate("window.__offers") for page in (citizen, expert)]
    citizen.get_by_role("button", name="Ещё").click()
    citizen.get_by_role("button", name="Документ").click()
    picture_plays(expert, "face-document")
    picture_plays(citizen, "own-video")
    expect(citizen.get_by_text("Камера смотрит на документ: вас сейчас не видно")).to_be_visible()
    shot(citizen, "showing-turned-citizen")
    shot(expert, "showing-turned-expert")
    citizen.get_by_role("button", name="Показать снова себя").click()
    expect(expert.locator("[data-part=face-document]")).to_be_hidden()
    picture_plays(expert, "face-video")
    expect(citizen.locator("dialogue-room[data-camera=on]")).to_be_visible()
    expect(citizen.get_by_text("Камера смотрит на документ")).to_be_hidden()
    assert grows(expert, "frames")
    assert [page.evaluate("window.__offers") for page in (citizen, expert)] == before
    citizen.context.close()


FORGE = """
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    const forge = (_, first) => 'a=fingerprint:sha-256 ' + (first === 'AA' ? 'BB' : 'AA');
    return send.call(this, text.replaceAll(/a=fingerprint:sha-256 ([0-9A-F]{2})/g, forge));
  };
"""


def test_a_forged_fingerprint_carries_nothing(site: Site, browser: Browser, expert: Page) -> None:
    """Whoever changes the signalling on its way gets no picture: the certificate does not match (ASVS 17.2.8)."""
    address, request = site.citizen()
    citizen = arrive(browser, script=FORGE)
    enter(citizen, address)
    site.admit(expert, request)
    expert.wait_for_function("() => window.__peers.some(peer => peer.connectionState === 'failed')", timeout=40_000)
    assert expert.evaluate(RECEIVED)["frames"] == 0
    assert citizen.evaluate(RECEIVED)["frames"] == 0
    citizen.context.close()
