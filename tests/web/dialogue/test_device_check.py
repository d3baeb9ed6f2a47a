"""The device check's doors: the request's page, the booth, and who sees what came of it."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue.models import DeviceCheck
from legalaid.directory.models import Booth
from legalaid.intake.links import token_for
from legalaid.people.models import User
from legalaid.reception.models import Task
from tests.dialogue import scene as scenes

pytestmark = pytest.mark.django_db

GOOD = {
    "camera": "ok", "camera_fault": "", "microphone": "ok", "microphone_fault": "", "sound": "unknown", "line": "ok",
    "browser": "ok", "rtt_ms": "42", "lost": "3", "kbps": "1500",
}  # fmt: skip
DENIED = {**GOOD, "camera": "fault", "camera_fault": "denied"}
DEAF = {**GOOD, "microphone": "fault", "microphone_fault": "missing", "line": "fault", "rtt_ms": ""}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> scenes.Scene:
    monkeypatch.setattr(scenes, "NOW", timezone.now())
    return scenes.make_scene()


def staff(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="legalaid.people.backends.StaffBackend")
    return client


def test_her_page_leads_to_the_check_and_keeps_what_it_found(client: Client, scene: scenes.Scene) -> None:
    request = scene.queued()
    address = f"/z/{token_for(request.pk)}"
    assert f"{address}/devices/" in client.get(f"{address}/").text
    page = client.get(f"{address}/devices/")
    assert page.status_code == 200
    assert "camera=(self)" in page["Permissions-Policy"]
    assert client.post(f"{address}/devices/note/", DENIED).status_code == 204
    assert client.post(f"{address}/devices/note/", GOOD).status_code == 204
    check = DeviceCheck.objects.get()
    assert (check.help_request_id, check.camera, check.camera_fault, check.rtt_ms) == (request.pk, "ok", "", 42)


@pytest.mark.parametrize(
    "change", [{"camera": "great"}, {"camera": "fault"}, {"camera_fault": "denied"}, {"line": ""}, {"sound": "x" * 99}]
)
def test_what_no_page_of_ours_sends_is_not_kept(client: Client, scene: scenes.Scene, change: dict[str, str]) -> None:
    request = scene.queued()
    assert client.post(f"/z/{token_for(request.pk)}/devices/note/", {**GOOD, **change}).status_code == 404
    assert not DeviceCheck.objects.exists()


def test_credentials_are_for_her_link_alone_and_say_nothing_of_her(
    client: Client, scene: scenes.Scene, settings: object
) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example:3478"], "s"  # type: ignore[attr-defined]
    request = scene.queued()
    answer = client.post(f"/z/{token_for(request.pk)}/devices/note/", {"want": "ice"})
    (server,) = json.loads(answer.content)["iceServers"]
    expires, _, who = server["username"].partition(":")
    assert int(expires) - timezone.now().timestamp() <= 601
    assert who.startswith("check-")
    assert str(request.pk) not in answer.text
    assert client.post("/z/nobody/devices/note/", {"want": "ice"}).status_code == 404
    assert Client().post("/kiosk/check/", {"want": "ice"}).status_code == 404


def test_expert_and_desk_see_it(client: Client, scene: scenes.Scene) -> None:
    request = scene.queued()
    client.post(f"/z/{token_for(request.pk)}/devices/note/", DENIED)
    card = staff(scene.experts[0]).get(f"/expert/card/{request.pk}/")
    assert "только звук" in card.text
    assert "браузер не пускает" in card.text
    assert "только звук" in staff(scene.operator).get("/desk/").text


def test_a_booth_that_fails_calls_its_desk(scene: scenes.Scene) -> None:
    booth = Booth.objects.create(branch=scene.branch, name="Кабинет 1")
    desk = staff(scene.operator)
    assert "само себя ещё не проверяло" in desk.get("/desk/").text
    kiosk = staff(scene.operator)
    kiosk.post(f"/kiosk/pair/{booth.pk}/")
    page = kiosk.get("/kiosk/")
    assert "booth-check" in page.text
    assert "camera=(self)" in page["Permissions-Policy"]
    assert "ещё не проверяло себя" in page.text
    assert kiosk.post("/kiosk/check/", DEAF).status_code == 204
    for words in ("Место не готово", "микрофон не найден", "видеосвязь не проходит"):
        assert words in kiosk.get("/kiosk/now/", headers={"hx-request": "true"}).text
    assert Task.objects.get(closed_at=None).booth_id == booth.pk
    assert "видеосвязь не проходит" in desk.get("/desk/").text
    kiosk.post("/kiosk/check/", GOOD)
    said = kiosk.get("/kiosk/now/", headers={"hx-request": "true"}).text
    assert "Свободно" in said
    assert "камера, микрофон и связь работают" in said
    assert not Task.objects.filter(closed_at=None).exists()
