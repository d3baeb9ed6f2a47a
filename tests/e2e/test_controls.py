"""The buttons of the room: in sight on a desk with a panel open, and walked by the keyboard as they are seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK
from tests.e2e.test_dialogue import Site, _rows_beside_the_browser, arrive, enter, expert, grows, site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
__all__ = ["_rows_beside_the_browser", "expert", "site"]  # fixtures of the room

# Where each button of the talk stands, in the order of the keyboard: words, left, top, bottom.
PLACES = """() => [...document.querySelectorAll('.room-talk button')].filter((one) => one.checkVisibility())
  .map((one) => [one.innerText.split('\\n')[0], one.getBoundingClientRect()])
  .map(([words, box]) => [words, Math.round(box.left), Math.round(box.top), Math.round(box.bottom)])"""
ROWS = """() => new Set([...document.querySelectorAll('.control')].filter((one) => one.checkVisibility())
  .map((one) => Math.round(one.getBoundingClientRect().top))).size"""
CUT = """() => [...document.querySelectorAll('.control')].filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.innerText)"""
SIX = """() => {
  const faces = document.querySelector('.faces');
  while (faces.children.length < 5) faces.append(faces.firstElementChild.cloneNode(true));
}"""


def in_sight(page: Page) -> None:
    lowest = max(bottom for _, _, _, bottom in page.evaluate(PLACES))
    assert lowest <= DESK["height"], f"buttons end at {lowest}"
    assert page.evaluate(ROWS) <= 2
    assert page.evaluate(CUT) == [], "words stick out of their buttons"


def test_buttons_are_in_sight_and_walked_as_they_are_seen(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    citizen = arrive(browser, phone=True)
    enter(citizen, address)
    site.admit(expert, request)
    assert grows(citizen, "frames")
    assert grows(expert, "frames")
    for panel in ("people", "papers"):
        expert.locator(f"[data-panel-toggle={panel}]").click()
        in_sight(expert)
    expert.evaluate(SIX)
    in_sight(expert)
    expert.locator("[data-panel-toggle=papers]").click()
    in_sight(expert)
    for page in (citizen, expert):
        places = page.evaluate(PLACES)
        seen = sorted(places, key=lambda one: (one[2], one[1]))
        assert [one[0] for one in places] == [one[0] for one in seen], "the keyboard walks another way than the eyes"
    expect(citizen.get_by_role("button", name="Меня не слышно")).to_be_visible()
    citizen.context.close()
