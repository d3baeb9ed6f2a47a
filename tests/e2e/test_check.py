"""The device check in a real browser: what it finds, what it says, what it leaves with the server; a booth alone."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from legalaid.dialogue.models import DeviceCheck
from legalaid.directory.models import Booth
from legalaid.reception.models import Task
from legalaid.reception.states import TaskKind
from tests.e2e.test_dialogue import NO_CAMERA, Site, _rows_beside_the_browser, arrive, enter, expert, site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
__all__ = ["_rows_beside_the_browser", "expert", "site"]  # fixtures of the room

# A camera with its lid closed, and a microphone that is on and hears nothing.
DEAD_DEVICES = """
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const canvas = document.createElement('canvas');
    canvas.getContext('2d').fillRect(0, 0, 300, 150);
    const stream = new MediaStream();
    if (wanted.video) stream.addTrack(canvas.captureStream(10).getVideoTracks()[0]);
    if (wanted.audio) {
      const silence = new AudioContext().createMediaStreamDestination();
      stream.addTrack(silence.stream.getAudioTracks()[0]);
    }
    return stream;
  };
"""


REFUSED_UNTIL_ASKED_AGAIN = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) =>
    wanted.video && !window.__granted ? Promise.reject(new DOMException('', 'NotAllowedError')) : ask(wanted);
"""


def until(holds: object, within: float = 30) -> None:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return
        time.sleep(0.2)
    pytest.fail(f"not so within {within} s: {list(DeviceCheck.objects.values())}")


def verdict(page: Page, name: str, state: str) -> None:
    expect(page.locator(f"[data-part=check-{name}]")).to_have_attribute("data-verdict", state, timeout=30_000)


def test_all_works_and_the_server_knows(site: Site, browser: Browser) -> None:
    address, request = site.citizen()
    page = arrive(browser, phone=True)
    page.goto(address.replace("/dialogue/", "/devices/"))
    for name in ("camera", "microphone", "line"):
        verdict(page, name, "ok")
    expect(page.locator("[data-part=check-microphone]")).to_contain_text("Микрофон вас слышит", timeout=20_000)
    expect(page.locator("#choose-camera option")).to_have_count(2)
    page.get_by_text("Другая камера, микрофон или динамик").click()
    page.get_by_label("Камера", exact=True).select_option(index=1)
    verdict(page, "camera", "ok")
    page.get_by_role("button", name="Записать себя").click()
    expect(page.get_by_text("Хорошо слышно?")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Да", exact=True).click()
    verdict(page, "sound", "ok")
    until(lambda: DeviceCheck.objects.filter(help_request=request, sound="ok", camera="ok", line="ok").exists())
    page.context.close()


def test_a_refused_camera_has_its_remedy_and_a_picture(site: Site, browser: Browser) -> None:
    address, request = site.citizen()
    page = arrive(browser, script=NO_CAMERA)
    page.goto(address)
    verdict(page, "camera", "fault")
    expect(page.locator("[data-part=check-camera]")).to_contain_text("Нажмите на замок")
    expect(page.locator("[data-part=check-camera] [data-picture=chromium]")).to_be_visible()
    until(lambda: DeviceCheck.objects.filter(help_request=request, camera_fault="denied", microphone="ok").exists())
    task = Task.objects.get(kind=TaskKind.CAMERA_DENIED, help_request=request, closed_at=None)
    page.get_by_role("button", name="Без видео, только звук").click()
    until(lambda: DeviceCheck.objects.filter(help_request=request, camera_fault="off").exists())
    assert Task.objects.get(pk=task.pk).closed_at is not None, "by her own choice"
    page.context.close()


def test_a_camera_refused_and_then_granted_in_the_room_calls_somebody_meanwhile(
    site: Site, browser: Browser, expert: Page
) -> None:
    address, request = site.citizen()
    page = arrive(browser, script=REFUSED_UNTIL_ASKED_AGAIN)
    enter(page, address)
    site.admit(expert, request)
    expect(page.locator("dialogue-room[data-state=live]")).to_be_visible()
    open_tasks = Task.objects.filter(kind=TaskKind.CAMERA_DENIED, help_request=request, closed_at=None)
    until(open_tasks.exists)
    page.evaluate("window.__granted = true")
    page.get_by_role("button", name="Камера").click()
    expect(page.locator("dialogue-room[data-camera=on]")).to_be_visible()
    until(lambda: not open_tasks.exists())
    page.context.close()


def test_a_closed_lid_and_a_silent_microphone_are_noticed(site: Site, browser: Browser) -> None:
    address, request = site.citizen()
    page = arrive(browser, script=DEAD_DEVICES)
    page.goto(address)
    expect(page.locator("[data-part=check-camera]")).to_contain_text("Откройте шторку", timeout=20_000)
    expect(page.locator("[data-part=check-microphone]")).to_contain_text("молчит", timeout=30_000)
    found = DeviceCheck.objects.filter(help_request=request, camera_fault="covered", microphone_fault="silent")
    until(found.exists)
    page.get_by_role("button", name="Войти").click()
    expect(page.locator("[data-part=fault]")).to_contain_text("Откройте шторку", timeout=30_000)
    page.context.close()


def test_a_booth_tests_itself_with_nobody_there(site: Site, browser: Browser, expert: Page) -> None:
    from django.core import signing

    from legalaid.web.kiosk.views import COOKIE, SALT

    booth = Booth.objects.create(branch=site.scene.branch, name="Кабинет 1")
    page = arrive(browser)
    value = signing.get_cookie_signer(salt=COOKIE + SALT).sign(str(booth.pk))
    page.context.add_cookies([{"name": COOKIE, "value": value, "url": site.address}])
    page.goto(f"{site.address}/kiosk/")
    until(lambda: DeviceCheck.objects.filter(booth=booth, camera="ok", microphone="ok", line="ok").exists())
    page.context.close()
