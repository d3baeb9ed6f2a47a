"""The dialogue's pages and tickets: who gets them, and that looking changes nothing."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services
from legalaid.dialogue.models import Connection, Dialogue
from legalaid.intake.links import token_for
from legalaid.kernel import tickets
from legalaid.kernel.errors import NotFound
from legalaid.people.models import User
from tests.dialogue import scene as scenes
from tests.dialogue.scene import Scene, citizen_of, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(scenes, "NOW", timezone.now())
    return make_scene()


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="legalaid.people.backends.StaffBackend")
    return client


def counts() -> tuple[int, int]:
    return Dialogue.objects.count(), Connection.objects.count()


class TestCitizen:
    def test_page_opens_nothing_and_may_use_devices(self, scene: Scene, client: Client) -> None:
        request = scene.queued()
        answer = client.get(f"/z/{token_for(request.pk)}/dialogue/")
        assert answer.status_code == HTTPStatus.OK
        assert "camera=(self)" in answer["Permissions-Policy"]
        assert "no-store" in answer["Cache-Control"]
        assert 'data-state="check"' in answer.text
        assert counts() == (0, 0)

    def test_ticket_opens_the_waiting_room_and_is_hers(self, scene: Scene, client: Client) -> None:
        request = scene.queued()
        answer = client.post(f"/z/{token_for(request.pk)}/dialogue/ticket/")
        ticket = tickets.read_dialogue(answer.json()["ticket"])
        assert (ticket.role, ticket.request) == ("citizen", str(request.pk))
        assert ticket.dialogue == str(Dialogue.objects.get().pk)

    def test_refusal_comes_in_words(self, scene: Scene, client: Client) -> None:
        request = scene.booked(scenes.NOW + timedelta(hours=5))
        answer = client.post(f"/z/{token_for(request.pk)}/dialogue/ticket/")
        assert answer.status_code == HTTPStatus.CONFLICT
        assert answer.json()["code"] == "too_early"
        assert "15 минут" in answer.json()["text"]
        assert counts() == (0, 0)

    @pytest.mark.parametrize("path", ["dialogue/", "dialogue/waiting/", "dialogue/ticket/"])
    def test_foreign_link_says_nothing(self, scene: Scene, client: Client, path: str) -> None:
        good = token_for(scene.queued().pk)
        for token in (good[:-3] + "abc", token_for(uuid4())):
            for answer in (client.get(f"/z/{token}/{path}"), client.post(f"/z/{token}/{path}")):
                assert answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
        assert counts() == (0, 0)

    def test_ticket_wants_the_csrf_token(self, scene: Scene) -> None:
        strict = Client(enforce_csrf_checks=True)
        answer = strict.post(f"/z/{token_for(scene.queued().pk)}/dialogue/ticket/")
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert counts() == (0, 0)

    def test_waiting_words_are_a_fragment(self, scene: Scene, client: Client) -> None:
        request = scene.queued()
        answer = client.get(f"/z/{token_for(request.pk)}/dialogue/waiting/", headers={"HX-Request": "true"})
        assert "очеред" in answer.text
        assert "<html" not in answer.text

    def test_ended_dialogue_shows_what_comes_next(self, scene: Scene, client: Client) -> None:
        dialogue = scene.live()
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=timezone.now())
        answer = client.get(f"/z/{token_for(dialogue.help_request_id)}/dialogue/")
        assert 'data-state="ended"' in answer.text
        refused = client.post(f"/z/{token_for(dialogue.help_request_id)}/dialogue/ticket/")
        assert refused.status_code == HTTPStatus.CONFLICT


class TestExpert:
    def test_room_has_the_memo_beside_it(self, scene: Scene) -> None:
        dialogue = scene.live()
        answer = as_user(scene.experts[0]).get(f"/expert/dialogue/{dialogue.pk}/")
        assert answer.status_code == HTTPStatus.OK
        assert "Анна Ивановна" in answer.text
        assert 'data-state="live"' in answer.text
        assert "memo-title" in answer.text

    @pytest.mark.parametrize("path", ["", "ticket/", "end/"])
    def test_nobody_else_gets_in(self, scene: Scene, path: str) -> None:
        dialogue = scene.live()
        before = counts()
        for user in (scene.experts[1], scene.operator):
            client = as_user(user)
            address = f"/expert/dialogue/{dialogue.pk}/{path}"
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
        dialogue.refresh_from_db()
        assert (dialogue.state, counts()) == ("live", before)

    def test_ticket_is_hers_and_may_end(self, scene: Scene) -> None:
        dialogue = scene.live()
        answer = as_user(scene.experts[0]).post(f"/expert/dialogue/{dialogue.pk}/ticket/")
        ticket = tickets.read_dialogue(answer.json()["ticket"])
        assert (ticket.user, ticket.role) == (scene.experts[0].pk, "expert")
        assert "end" in ticket.caps

    def test_end_from_a_form_and_from_the_room(self, scene: Scene) -> None:
        dialogue = scene.live()
        client = as_user(scene.experts[0])
        answer = client.post(f"/expert/dialogue/{dialogue.pk}/end/", headers={"Accept": "application/json"})
        assert answer.json() == {"ended": True}
        again = client.post(f"/expert/dialogue/{dialogue.pk}/end/", headers={"Accept": "text/html"})
        assert again.url == f"/expert/dialogue/{dialogue.pk}/"
        assert client.post(f"/expert/dialogue/{dialogue.pk}/ticket/").json()["code"] == "dialogue_over"


class TestLiveTicket:
    def test_note_is_exchanged_by_its_reader_only(self, scene: Scene, client: Client) -> None:
        own = tickets.sign_page(["queue:1"], user_id=scene.experts[0].pk)
        reader = as_user(scene.experts[0])
        assert tickets.read_live(reader.post("/live/ticket/", {"page": own}).json()["ticket"]) == ["queue:1"]
        for other in (client, as_user(scene.operator)):
            assert other.post("/live/ticket/", {"page": own}).status_code == HTTPStatus.NOT_FOUND
        assert reader.post("/live/ticket/", {"page": "forged"}).status_code == HTTPStatus.NOT_FOUND

    def test_citizen_needs_no_account(self, scene: Scene, client: Client) -> None:
        note = tickets.sign_page(["request:1"], user_id=None)
        assert client.post("/live/ticket/", {"page": note}).status_code == HTTPStatus.OK


def test_citizen_of_another_request_cannot_open_a_room(scene: Scene) -> None:
    """The same at the service, for doors to come."""
    mine, other = scene.queued(), scene.queued()
    before = counts()
    with pytest.raises(NotFound):
        services.open_lobby(help_request_id=other.pk, actor=citizen_of(mine), now=timezone.now())
    assert counts() == before
