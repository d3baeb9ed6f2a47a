"""Lines that lose and lines that are narrow: what is seen and heard there."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.net.call import Call, concealed
from tests.net.conftest import Figures
from tests.net.test_breaking import arrives, say

pytestmark = [pytest.mark.network, pytest.mark.timeout(180)]


def test_five_percent_lost_and_200_ms(call: Call, figures: Figures) -> None:
    call.lab.weather("cit", delay=100, loss=5)
    call.join()
    call.citizen.wait_for_timeout(3_000)
    seen = call.watch(call.citizen, 20)
    figures.at_least("fps_5_percent_200ms", seen.fps, goal=15, unit="fps")
    figures.note("frozen_5_percent_200ms", seen.frozen, goal=0.0, unit="s of 20", slack=1, spare=6.0)
    figures.note("concealed_5_percent_200ms", 100 * seen.concealed, goal=8, unit="%", slack=2.5)


def test_narrow_and_narrower_and_wide_again(call: Call, figures: Figures) -> None:
    """256 kbit/s carries a picture, 64 kbit/s sound and chat; the picture comes back without a negotiation."""
    call.join()
    call.lab.weather("cit", kbps=256)
    call.citizen.wait_for_timeout(8_000)
    # the drop itself may cost some steps of the ladder; a picture must be back, and stay, without anybody's hand
    for page in (call.citizen, call.expert):
        page.wait_for_function("() => document.querySelector('dialogue-room').dataset.step < '2'", timeout=60_000)
    call.citizen.wait_for_timeout(3_000)
    seen = call.watch(call.citizen, 6)
    figures.at_least("fps_256_kbps", seen.fps, goal=15, unit="fps", slack=3)
    first = [call.sums(page) for page in (call.citizen, call.expert)]
    call.lab.weather("cit", kbps=64)
    room = call.citizen.locator("dialogue-room")
    began = time.monotonic()
    call.citizen.wait_for_function("() => document.querySelector('dialogue-room').dataset.step === '3'", timeout=60_000)
    call.expert.wait_for_function("() => document.querySelector('dialogue-room').dataset.step === '3'", timeout=60_000)
    figures.note("sound_only_after", time.monotonic() - began, goal=15, slack=4)
    expect(call.citizen.locator("[data-part=line-words]")).to_contain_text("видео отключено")
    call.citizen.wait_for_timeout(5_000)
    heard = call.watch_both(6)
    figures.note("concealed_64_kbps_sound_only", 100 * max(heard), goal=0.5, unit="%", slack=30)
    # from the moment the line became narrow: pictures are still sent, then their remains
    whole = [concealed(was, call.sums(page)) for was, page in zip(first, (call.citizen, call.expert), strict=True)]
    figures.note("concealed_64_kbps_from_the_first_second", 100 * max(whole), goal=5, unit="%", slack=6)
    say(call, "слышно хорошо")
    arrives(call, "слышно хорошо")
    call.lab.weather("cit")
    offers = call.citizen.evaluate("window.__offers")
    for page in (call.citizen, call.expert):
        page.locator("[data-part=picture-back]").click()  # by hand: takes the measurements' choice back at once
    figures.note("picture_back_by_hand", call.until_frames(call.expert), goal=1.0, slack=6)
    assert room.get_attribute("data-sound-only") == "off"
    assert call.citizen.evaluate("window.__offers") == offers
