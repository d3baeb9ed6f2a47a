"""Every state of the citizen's room on a telephone and on a desk: what it says is in sight, nothing sticks out."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from legalaid.dialogue import services
from legalaid.dialogue.models import Dialogue, Participant
from legalaid.dialogue.states import ParticipantRole
from tests.dialogue import scene as scenes
from tests.e2e.conftest import DESK, FITS, LOW_VISION, PHONE, SCREENS, SQUEEZED, USUAL
from tests.e2e.test_dialogue import (
    LAST_STEP,
    NO_CAMERA,
    Site,
    _rows_beside_the_browser,
    arrive,
    enter,
    expert,
    grows,
    site,
)

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


def helper_of(site: Site, browser: Browser, dialogue: Dialogue) -> Page:
    """A helper who has come by a link, at a desk."""
    _invitation, secret = services.invite_by_link(
        dialogue_id=dialogue.pk, role=ParticipantRole.HELPER, actor=site.scene.expert(), now=scenes.NOW
    )
    page = arrive(browser)
    page.goto(f"{site.address}/join/{secret}/")
    page.get_by_label("Ваше имя").fill("Ольга, дочь")
    page.get_by_role("button", name="Дальше").click()
    page.get_by_role("button", name="Войти").click()
    expect(page.locator(".face")).to_have_count(2, timeout=20_000)
    return page


def screen_is_seen(page: Page) -> None:
    shown = ".face[data-screen=on] [data-part=face-screen]"
    page.wait_for_function("shown => document.querySelector(shown)?.videoWidth > 0", arg=shown, timeout=20_000)
    expect(page.locator(shown)).to_be_visible()


def test_the_states_of_both_sides_and_of_who_is_removed(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    citizen = arrive(browser, phone=True)
    enter(citizen, address)
    site.admit(expert, request)
    assert grows(citizen, "frames")
    dialogue, lead = Dialogue.objects.get(), site.scene.expert()

    expert.get_by_role("button", name="Экран", exact=True).click()
    screen_is_seen(citizen)
    expect(citizen.locator("[data-part=face-shows]")).to_have_text("показывает экран")
    shot(citizen, "state-shared-screen-citizen")
    citizen.get_by_role("button", name="Во весь экран").click()
    citizen.wait_for_function("() => document.fullscreenElement?.dataset.part === 'face-screen'")
    citizen.locator("[data-part=face-screen]").click()
    citizen.wait_for_function("() => document.fullscreenElement === null")
    shot(expert, "state-sharing-screen-expert")
    expert.get_by_role("button", name="Экран", exact=True).click()
    expect(citizen.locator("[data-part=face-screen]")).to_be_hidden()

    helper = helper_of(site, browser, dialogue)
    helper.get_by_role("button", name="Экран", exact=True).click()
    screen_is_seen(expert)
    shot(expert, "state-shared-screen-expert")
    shot(helper, "state-sharing-screen-helper")
    helper.get_by_role("button", name="Экран", exact=True).click()
    person = Participant.objects.get(dialogue=dialogue, role=ParticipantRole.HELPER)
    services.remove(dialogue_id=dialogue.pk, participant_id=person.pk, actor=lead, now=scenes.NOW)
    expect(helper.get_by_role("heading", name="Вас попросили выйти")).to_be_visible()
    shot(helper, "state-removed")

    services.hold(dialogue_id=dialogue.pk, reason="Смотрю ваши документы", minutes=5, actor=lead, now=timezone.now())
    for name, page in (("citizen", citizen), ("expert", expert)):
        expect(page.locator("[data-part=held]")).to_contain_text("Смотрю ваши документы")
        shot(page, f"state-held-{name}")
    services.resume(dialogue_id=dialogue.pk, actor=lead, now=timezone.now())
    expect(expert.locator("[data-part=held]")).to_be_hidden()

    citizen.evaluate(LAST_STEP)
    expect(expert.locator("[data-part=face-line]")).to_contain_text("Даже звук проходит плохо")
    shot(expert, "state-bad-line-of-citizen-expert")
    expert.evaluate(LAST_STEP)
    expect(expert.locator("[data-part=line-phone]")).to_be_visible()
    shot(expert, "state-bad-line-expert")
    expert.evaluate(BROKEN)
    expect(expert.locator("[data-part=banner-phone]")).to_be_visible()
    shot(expert, "state-broken-line-expert")
    for page in (citizen, helper):
        page.context.close()
