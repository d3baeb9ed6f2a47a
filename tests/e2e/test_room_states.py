"""Every state of the citizen's room on a telephone and on a desk: what it says is in sight, nothing sticks out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, FITS, LOW_VISION, PHONE, SCREENS, SQUEEZED, USUAL
from tests.e2e.test_dialogue import LAST_STEP, NO_CAMERA, Site, _rows_beside_the_browser, arrive, expert, grows, site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
__all__ = ["_rows_beside_the_browser", "expert", "site"]  # fixtures of the room

OUTSIDE = {
    "left": "Вы вышли из разговора",
    "elsewhere": "Разговор открыт в другом окне",
    "refused": "Войти сейчас нельзя",
    "missed": "Разговор не состоялся",
    "failed": "Разговор прервался",
    "ended": "Разговор завершён",
}
BROKEN = """() => {
  const { trouble } = document.querySelector('dialogue-room');
  trouble.socketSince = performance.now() - 30_000;
  trouble.tick();
}"""


def shot(page: Page, name: str) -> None:
    """The page as it stands in both sizes and in large letters."""
    SCREENS.mkdir(exist_ok=True)
    for label, size in (("phone", PHONE), ("desk", DESK)):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict of two sizes
        page.screenshot(path=str(SCREENS / f"{name}-{label}.png"), full_page=True)
        assert page.evaluate(FITS), f"{name} sticks out sideways at {label} size"
    was = page.evaluate(LOW_VISION)
    assert page.evaluate(SQUEEZED) == [], f"{name} has no room for its words in large letters"
    page.evaluate(USUAL, was)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # as above


def test_every_state_of_the_room(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    page = arrive(browser, phone=True, script=NO_CAMERA)
    page.goto(address)
    expect(page.locator("[data-part=check-camera] .remedy")).to_be_visible()
    shot(page, "state-check-refused")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Вы в комнате ожидания")).to_be_visible()
    shot(page, "state-waiting")
    site.admit(expert, request)
    assert grows(page, "frames")
    shot(page, "state-live")
    page.get_by_role("button", name="Ещё").click()
    page.get_by_role("button", name="Только звук").click()
    back = page.get_by_role("button", name="Вернуть видео")
    expect(back).to_be_visible()
    shot(page, "state-sound-only")
    back.click()
    expect(back).to_be_hidden()
    page.evaluate(LAST_STEP)
    expect(page.locator("[data-part=line-phone]")).to_be_visible()
    shot(page, "state-bad-line")
    page.evaluate(BROKEN)
    expect(page.locator("[data-part=banner-phone]")).to_be_visible()
    shot(page, "state-broken-line")
    page.evaluate("document.querySelector('dialogue-room').trouble.calm()")
    for state, words in OUTSIDE.items():
        page.evaluate("state => { document.querySelector('dialogue-room').dataset.state = state }", state)
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        shot(page, f"state-{state}")
    page.context.close()
