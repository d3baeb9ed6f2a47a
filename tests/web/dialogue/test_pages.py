"""The dialogue's pages and tickets: who gets them, and that looking changes nothing."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services
from legalaid.dialogue.models import Connection, Dialogue, Participant
from legalaid.dialogue.policies import CAPS
from legalaid.dialogue.states import ParticipantRole
from legalaid.directory.models import Authority, Post
from legalaid.intake.links import token_for
from legalaid.kernel import tickets
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.models import Membership, User
from legalaid.people.states import Role
from legalaid.reception.models import Duty
from legalaid.result.rules import MemoText
from legalaid.result.services import issue_memo
from legalaid.result.states import OutcomeCode
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

    def test_lists_of_a_room_that_is_not_open_are_no_pages_and_no_faults(self, scene: Scene, client: Client) -> None:
        request = scene.queued()
        for name in ("people", "papers"):
            url = f"/z/{token_for(request.pk)}/dialogue/{name}/"
            assert client.get(url).status_code == HTTPStatus.NOT_FOUND
            answer = client.get(url, headers={"hx-request": "true"})
            assert (answer.status_code, answer.content) == (HTTPStatus.NO_CONTENT, b"")
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
        page = client.get(f"/z/{token_for(dialogue.help_request_id)}/").text
        assert "Специалист готовит памятку" in page
        assert "Ждём памятку" in page
        assert "Идёт диалог" not in page, "nobody is talking any more"
        refused = client.post(f"/z/{token_for(dialogue.help_request_id)}/dialogue/ticket/")
        assert refused.status_code == HTTPStatus.CONFLICT

    def test_the_page_of_the_end_offers_the_memo_as_soon_as_it_is_there(self, scene: Scene, client: Client) -> None:
        dialogue = scene.live()
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=timezone.now())
        link = f"/z/{token_for(dialogue.help_request_id)}/"
        page = client.get(f"{link}dialogue/").text
        assert f'src="{link}dialogue/waiting/?after"' in page, "the words after the talk are looked at again"
        before = client.get(f"{link}dialogue/waiting/?after", headers={"HX-Request": "true"}).text
        assert "Специалист готовит памятку" in before
        assert "memo.pdf" not in before
        issue_memo(
            dialogue_id=dialogue.pk, text=MemoText("Вопрос", "Закон", "Шаг", ""), revision=0,
            outcome=OutcomeCode.ANSWERED, actor=scene.expert(), now=timezone.now(),
        )  # fmt: skip
        after = client.get(f"{link}dialogue/waiting/?after", headers={"HX-Request": "true"}).text
        assert "Памятка готова" in after
        assert f'href="{link}memo.pdf"' in after
        assert "Специалист готовит" not in after


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


def test_only_the_citizen_is_sent_to_her_request_when_it_is_over(scene: Scene, client: Client) -> None:
    dialogue = scene.live()
    _asked, secret = services.invite_by_link(
        dialogue_id=dialogue.pk, role=ParticipantRole.INTERPRETER, actor=scene.expert(), now=scenes.NOW
    )
    guest = Client().post(f"/join/{secret}/", {"name": "Ольга"}, follow=True).text
    expert = as_user(scene.experts[0]).get(f"/expert/dialogue/{dialogue.pk}/").text
    citizen = client.get(f"/z/{token_for(dialogue.help_request_id)}/dialogue/").text
    assert "К заявке" in citizen
    assert "Выберите другое время" in citizen
    assert ("К заявке" in expert, "К работе" in expert) == (False, True)
    assert ("К заявке" in guest, "К работе" in guest) == (False, False)
    assert "Выберите другое время" not in guest + expert


class TestColleague:
    def test_one_of_another_authority_has_the_whole_card_and_the_talk_aside(self, scene: Scene) -> None:
        dialogue = scene.live()
        other = Authority.objects.create(code="git", name="Инспекция", short="ГИТ", plain="труд", timezone="UTC")
        user = User.objects.create_user(email="git@example.org", name="Павел Лунин")
        Membership.objects.create(user=user, role=Role.EXPERT, authority=other, since=scenes.NOW)
        Duty.objects.create(post=Post.objects.create(authority=other, name="Пост"), expert=user, started_at=scenes.NOW)
        page = f"/expert/dialogue/{dialogue.pk}/"
        assert as_user(user).get(page).status_code == HTTPStatus.NOT_FOUND
        asked = services.invite_authority(
            dialogue_id=dialogue.pk, authority_id=other.pk, actor=scene.expert(), now=scenes.NOW
        )
        services.accept_invitation(invitation_id=asked.pk, actor=scenes.actor_of(user), now=scenes.NOW)
        text = as_user(user).get(page).text
        for words in ("Не пересчитали пенсию.", "Почему такая пенсия?", "Как подключён", "Нормы", "Документы"):
            assert words in text
        assert 'data-part="aside-form"' in text
        assert "Готовые фразы" in text
        assert 'data-role="colleague"' in text
        assert 'data-leads="yes"' in text
        assert "captions-field" not in text

    @pytest.mark.parametrize(("role", "aside"), [("colleague", True), ("interpreter", False), ("helper", False)])
    def test_a_guest_talks_aside_only_as_a_colleague(self, scene: Scene, role: str, aside: bool) -> None:
        dialogue = scene.live()
        _asked, secret = services.invite_by_link(
            dialogue_id=dialogue.pk, role=ParticipantRole(role), actor=scene.expert(), now=scenes.NOW
        )
        guest = Client()
        room = guest.post(f"/join/{secret}/", {"name": "Пётр"}, follow=True).text
        assert ('data-part="aside-form"' in room) is aside
        # what a page offers beyond its person's rights would close her socket
        assert ('data-part="captions-field"' in room) is ("caption" in CAPS[role])
        assert ('data-leads="yes"' in room) is ("show" in CAPS[role])
        assert "Не пересчитали пенсию." not in room, "a card is for experts with an account"
        assert 'data-part="recheck"' in room
        assert 'data-part="choose-speaker"' in room


def test_who_cannot_come_in_reads_why(scene: Scene) -> None:
    """Four are inside and no media server is there: the fifth gets the reason, and the expert no button to invite."""
    dialogue = scene.live()
    citizen = read_ticket(dialogue, citizen_of(dialogue))
    expert = read_ticket(dialogue, scene.expert())
    for one in (citizen, expert):
        come_in(one)
    for name in ("Анна", "Пётр"):
        _asked, secret = services.invite_by_link(
            dialogue_id=dialogue.pk, role=ParticipantRole.HELPER, actor=scene.expert(), now=scenes.NOW
        )
        Client().post(f"/join/{secret}/", {"name": name})
    Participant.objects.filter(dialogue=dialogue).update(present=True)
    before = counts()
    answer = as_user(scene.operator).post(f"/desk/dialogue/{dialogue.pk}/ticket/")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer.json()["code"] == "no_place_now"
    assert "четырёх человек" in answer.json()["text"]
    panel = (
        as_user(scene.experts[0]).get(f"/expert/dialogue/{dialogue.pk}/people/", headers={"hx-request": "true"}).text
    )
    assert "помещаются четверо" in panel
    assert "Сделать ссылку" not in panel
    refused = as_user(scene.experts[0]).post(f"/expert/dialogue/{dialogue.pk}/link/", {"role": "helper"})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "помещаются четверо" in refused.json()["text"]
    assert counts() == before


def read_ticket(dialogue: Dialogue, actor: Actor) -> tickets.DialogueTicket:
    return tickets.read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=scenes.NOW))


def come_in(ticket: tickets.DialogueTicket) -> None:
    services.connected(
        connection_id=ticket.connection, participant_id=UUID(ticket.participant), since=0, actor=ticket.actor,
        now=scenes.NOW,
    )  # fmt: skip
