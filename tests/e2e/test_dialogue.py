"""The room in real browsers where devices fail, tabs multiply and lines break; the product runs in this process."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from legalaid.dialogue import services
from legalaid.dialogue.models import DialogueEvent
from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.kernel.bus import get_bus
from legalaid.realtime.app import Sockets
from legalaid.realtime.server import uvicorn_options
from tests.dialogue import scene as scenes
from tests.e2e.conftest import DESK, PHONE, RECEIVED, WATCH_PEERS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NO_CAMERA = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) =>
    wanted.video ? Promise.reject(new DOMException('', 'NotAllowedError')) : ask(wanted);
"""
LAST_STEP = """() => {
  const { keeper } = document.querySelector('dialogue-room');
  for (const id of keeper.host.peers().keys()) {
    Object.assign(keeper.lines.ladder(id), { at: 4, see: () => 4 });
    keeper.apply(4, id);
  }
  keeper.say();
}"""
NO_DEVICES = """
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));
"""


@dataclass
class Site:
    """Pages and sockets on one address, with a small region behind them."""

    address: str
    scene: scenes.Scene

    def citizen(self) -> tuple[str, HelpRequest]:
        """The address of a new citizen's room, and her request."""
        request = self.scene.queued()
        return f"{self.address}/z/{token_for(request.pk)}/dialogue/", request

    def admit(self, page: Page, request: HelpRequest) -> None:
        """The expert receives her and opens the room."""
        held = services.admit(help_request_id=request.pk, actor=self.scene.expert(), now=scenes.NOW)
        page.goto(f"{self.address}/expert/dialogue/{held.pk}/")


@pytest.fixture(autouse=True, scope="module")
def _rows_beside_the_browser() -> Iterator[None]:
    """The browser's driver has an event loop in this thread, where Django refuses its database; nothing else runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def site(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    from django.utils import timezone

    monkeypatch.setattr(scenes, "NOW", timezone.now())
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)  # threads of pages keep none after the test
    scene = scenes.make_scene()
    scene.on_duty()
    sockets = Sockets(get_bus())
    app = Starlette(routes=sockets.routes(), lifespan=sockets.running)
    app.router.routes.append(Mount("/", WSGIMiddleware(get_wsgi_application(), workers=8)))
    listener = socket.create_server(("127.0.0.1", 0))
    options = {**uvicorn_options(), "log_level": "critical", "timeout_graceful_shutdown": 2}
    server = uvicorn.Server(uvicorn.Config(app, loop="asyncio", **options))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield Site(f"http://localhost:{listener.getsockname()[1]}", scene)
    server.should_exit = True
    thread.join(15)
    listener.close()
    get_bus().close()


def arrive(browser: Browser, *, phone: bool = False, script: str = "") -> Page:
    context = browser.new_context(
        viewport=PHONE if phone else DESK,  # type: ignore[arg-type]  # a plain dict of two sizes
        locale="ru-RU",
        permissions=["camera", "microphone"],
    )
    context.add_init_script(WATCH_PEERS + script)
    return context.new_page()


@pytest.fixture
def expert(browser: Browser, site: Site) -> Iterator[Page]:
    from django.test import Client

    page = arrive(browser)
    session = Client()
    user = site.scene.experts[0]
    session.force_login(user, backend="legalaid.people.backends.StaffBackend")
    cookie = session.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site.address}])
    yield page
    page.context.close()


def room(page: Page) -> str:
    return page.locator("dialogue-room").get_attribute("data-state") or ""


def grows(page: Page, what: str, within: float = 10) -> bool:
    """Whether more of it arrives: decoded frames, samples of sound, or loudness."""
    first, end = page.evaluate(RECEIVED)[what], time.monotonic() + within
    while time.monotonic() < end:
        if page.evaluate(RECEIVED)[what] > first:
            return True
        time.sleep(0.1)
    return False


def enter(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Войти").click()
    expect(page.locator("dialogue-room[data-state=waiting]")).to_be_visible()


def say(page: Page, text: str) -> None:
    if page.locator("dialogue-room").get_attribute("data-chat") == "closed":
        page.locator("[data-part=chat-toggle]").click()
    page.locator("[data-part=chat-field]").fill(text)
    page.locator("[data-part=chat-field]").press("Enter")


def test_without_a_camera_one_is_heard(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    citizen = arrive(browser, phone=True, script=NO_CAMERA)
    citizen.goto(address)
    expect(citizen.locator("[data-part=check-camera]")).to_contain_text("Нажмите на замок")
    expect(citizen.locator("[data-part=check-microphone]")).to_have_attribute("data-verdict", "ok")
    citizen.get_by_role("button", name="Войти").click()
    site.admit(expert, request)
    assert grows(expert, "energy")
    assert grows(citizen, "frames")
    expect(expert.locator(".face[data-camera=off] .face-blank")).to_be_visible()
    even_the_sound_is_bad(expert, citizen)
    words_fit_their_buttons(citizen)
    citizen.context.close()


def even_the_sound_is_bad(sends: Page, sees: Page) -> None:
    """The last step of the ladder: the number to telephone stands there, and no picture that does not move."""
    expect(sends.locator("[data-part=line-phone]")).to_be_hidden()
    sends.evaluate(LAST_STEP)
    expect(sends.locator("[data-part=line-words]")).to_contain_text("Лучше позвоните")
    expect(sends.locator("[data-part=line-phone] a")).to_have_attribute("href", re.compile(r"tel:\d+"))
    expect(sends.get_by_role("button", name="Вернуть видео")).to_be_hidden()  # sound first
    expect(sees.locator(".face")).to_contain_text("Даже звук проходит плохо")
    expect(sees.locator(".face .face-blank")).to_be_visible()


def words_fit_their_buttons(page: Page) -> None:
    """On a telephone, in letters half as large again and twice as large."""
    page.locator("[data-part=more]").click()
    for size in ("150", "200"):
        page.evaluate("size => { document.documentElement.dataset.size = size }", size)
        wide = "[...document.querySelectorAll('.control')].filter((one) => one.scrollWidth > one.clientWidth + 1)"
        assert page.evaluate(f"{wide}.map((one) => one.innerText)") == [], f"words stick out at {size} %"


def test_without_any_device_one_can_write(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    citizen = arrive(browser, script=NO_DEVICES)
    citizen.goto(address)
    expect(citizen.locator("[data-part=check-microphone]")).to_contain_text("Микрофон не найден")
    citizen.get_by_role("button", name="Войти").click()
    site.admit(expert, request)
    assert grows(citizen, "frames")
    say(citizen, "Меня не слышно, пишу")
    expect(expert.locator("[data-part=log]")).to_contain_text("Меня не слышно, пишу")
    citizen.context.close()


def test_second_tab_takes_over_and_the_first_can_take_back(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    first = arrive(browser)
    enter(first, address)
    site.admit(expert, request)
    assert grows(expert, "frames")
    second = first.context.new_page()
    second.goto(address)
    second.get_by_role("button", name="Войти").click()
    expect(first.get_by_role("heading", name="Разговор открыт в другом окне")).to_be_visible()
    assert grows(second, "frames")
    first.get_by_role("button", name="Продолжить здесь").click()
    expect(second.get_by_role("heading", name="Разговор открыт в другом окне")).to_be_visible()
    assert grows(first, "frames")
    assert expert.locator(".face").count() == 1
    first.context.close()


def test_a_dropped_socket_is_back_soon_with_all_that_was_written(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    citizen = arrive(browser)
    enter(citizen, address)
    site.admit(expert, request)
    assert grows(citizen, "frames")
    say(citizen, "первая")
    expect(expert.locator(".said-text", has_text="первая")).to_have_count(1)
    citizen.evaluate("document.querySelector('dialogue-room').socket.socket.close()")
    say(citizen, "в обрыве")
    expect(expert.locator(".said-text", has_text="в обрыве")).to_have_count(1, timeout=10_000)
    assert grows(citizen, "frames")
    expect(citizen.locator(".said-own .said-text")).to_have_text(["первая", "в обрыве"])
    said = list(DialogueEvent.objects.filter(kind="said").order_by("number").values_list("text"))
    assert said == [("первая",), ("в обрыве",)]
    citizen.context.close()


def test_keys_switch_devices_and_escape_never_hangs_up(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    citizen = arrive(browser)
    enter(citizen, address)
    site.admit(expert, request)
    assert grows(expert, "frames")
    citizen.keyboard.press("m")
    expect(citizen.get_by_role("button", name="Микрофон")).to_have_attribute("aria-pressed", "false")
    expect(expert.locator(".face[data-microphone=off] .face-mute")).to_be_visible()
    citizen.keyboard.press("v")
    expect(expert.locator(".face[data-camera=off]")).to_be_visible()
    citizen.keyboard.press("v")
    expect(expert.locator(".face[data-camera=on]")).to_be_visible()
    assert grows(expert, "frames")
    citizen.keyboard.press("c")
    citizen.keyboard.press("c")
    field = citizen.locator("[data-part=chat-field]")
    if not field.is_visible():
        citizen.keyboard.press("c")
    field.press_sequentially("mvc")  # while typing they are letters
    expect(field).to_have_value(re.compile("mvc$"))
    citizen.keyboard.press("Escape")
    assert room(citizen) == "live"
    citizen.context.close()


def test_leaving_is_not_losing_the_place(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    citizen = arrive(browser)
    enter(citizen, address)
    site.admit(expert, request)
    assert grows(expert, "frames")
    citizen.get_by_role("button", name="Выйти").first.click()
    expect(citizen.get_by_role("heading", name="Вы вышли из разговора")).to_be_visible()
    expect(expert.get_by_text("Ждём гражданина")).to_be_visible()
    citizen.get_by_role("button", name="Вернуться").click()
    assert grows(expert, "frames")
    citizen.context.close()


def test_the_page_asks_for_nothing_that_is_not_there(site: Site, browser: Browser, expert: Page) -> None:
    address, request = site.citizen()
    citizen = arrive(browser)
    failed: list[str] = []
    citizen.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    look_again = "window.dispatchEvent(new Event('online'))"
    citizen.goto(address)
    expect(citizen.get_by_role("button", name="Войти")).to_be_enabled()
    citizen.evaluate(look_again)  # she has not entered: there is no dialogue yet
    citizen.wait_for_timeout(500)
    citizen.get_by_role("button", name="Войти").press("Enter")
    expect(citizen.get_by_role("heading", name="Вы в комнате ожидания")).to_be_focused()
    site.admit(expert, request)
    assert grows(citizen, "frames")
    expect(citizen.locator("#room-people [data-participant]")).to_have_count(2)
    expert.locator("[data-part=end]").click()
    expect(expert.locator("[data-part=end-no]")).to_be_focused()  # Enter twice must not end it
    expert.locator("[data-part=end-yes]").click()
    expect(expert.get_by_role("heading", name="Разговор завершён")).to_be_focused()
    expect(citizen.get_by_role("heading", name="Разговор завершён")).to_be_visible()
    citizen.evaluate(look_again)
    citizen.wait_for_timeout(500)
    assert failed == []
    citizen.context.close()


def test_a_strangers_link_says_nothing(site: Site, browser: Browser) -> None:
    address, _ = site.citizen()
    page = arrive(browser)
    answer = page.goto(address.replace("/z/", "/z/x"))
    assert answer
    assert answer.status == 404
    expect(page.locator("dialogue-room")).to_have_count(0)
    page.context.close()
