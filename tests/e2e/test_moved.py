"""The duty officer gives a dialogue that goes on to another expert: the citizen's pictures never stop."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from legalaid.people.models import User
from legalaid.people.states import Role
from tests.dialogue.scene import _member
from tests.e2e.conftest import DESK
from tests.e2e.test_dialogue import Site, _rows_beside_the_browser, arrive, enter, expert, grows, site
from tests.e2e.test_room_states import shot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
__all__ = ["_rows_beside_the_browser", "expert", "site"]  # fixtures of the room

# The longest time, in ms, in which no new picture of anybody was drawn.
GAPS = """() => {
  const drawn = { last: performance.now(), gap: 0 };
  const seen = new WeakSet();
  const follow = video => {
    if (seen.has(video)) return;
    seen.add(video);
    const next = () => {
      drawn.gap = Math.max(drawn.gap, performance.now() - drawn.last);
      drawn.last = performance.now();
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  };
  setInterval(() => document.querySelectorAll('.face video').forEach(follow), 50);
  window.__drawn = drawn;
}"""


def signed_in(browser: Browser, site: Site, user: User) -> Page:
    page, session = arrive(browser), Client()
    session.force_login(user, backend="legalaid.people.backends.StaffBackend")
    cookie = session.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site.address}])
    return page


def test_the_citizen_sees_somebody_all_the_time(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    citizen = arrive(browser, phone=True)
    enter(citizen, address)
    site.admit(expert, request)
    assert grows(citizen, "frames")
    citizen.evaluate(GAPS)
    site.scene.on_duty(1)
    other = signed_in(browser, site, site.scene.experts[1])
    officer = signed_in(browser, site, _member("duty@example.org", "Дежурная Вера", Role.DUTY_OFFICER))
    other.goto(f"{site.address}/expert/")
    officer.goto(f"{site.address}/watch/")
    officer.get_by_text("Сказать, передать другому, позвонить").click()
    officer.get_by_label("Почему").select_option(label="специалист не может продолжить")
    shot(officer, "moved-1-watch")
    officer.set_viewport_size(DESK)  # type: ignore[arg-type]  # a plain dict of two sizes
    officer.get_by_role("button", name="Предложить другим специалистам").click()
    expect(officer.get_by_text("Специалистов спросили, ответ придёт за минуту")).to_be_visible()
    expect(officer.get_by_text("передаём: пенсионный фонд")).to_be_visible()
    for page in (citizen, expert):
        told = page.locator("[data-part=moving]")
        expect(told).to_contain_text("Ищем, кто продолжит разговор: специалист не может продолжить.")
    shot(citizen, "moved-2-citizen")
    other.reload()
    shot(other, "moved-2-card")
    other.set_viewport_size(DESK)  # type: ignore[arg-type]  # as above
    other.get_by_role("button", name="Принять и вести разговор").click()
    other.wait_for_url("**/expert/dialogue/**")
    expect(other.get_by_text("Теперь разговор ведёте вы")).to_be_visible()
    expect(citizen.locator("[data-part=moving]")).to_have_text("Теперь разговор ведёт Мария Петрова 2")
    expect(citizen.locator(".face")).to_have_count(2)
    expect(expert.get_by_text("Разговор передан другому специалисту")).to_be_visible(timeout=15_000)
    for page in (citizen, other, expert):
        expect(page.locator(".face")).to_have_count(2)
        assert any(grows(page, "frames", 3) for _ in range(8))  # what a peer that has gone brought is not counted
    assert citizen.evaluate("window.__drawn.gap") < 1_500, "for a while she looked at nobody"
    shot(other, "moved-3-new-lead")
    shot(expert, "moved-3-former")
    shot(citizen, "moved-3-citizen")
    expect(officer.get_by_text("передан в")).to_be_visible()
    for page in (citizen, other, officer):
        page.context.close()
