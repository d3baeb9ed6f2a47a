"""Every address of papers, of a room's people and of guests × everybody who must not: nothing learnt, nothing changed.

The addresses are taken from the routes, so a new one is walked from its first day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from legalaid.dialogue import services
from legalaid.dialogue.models import Dialogue, DialogueEvent, Invitation, Participant
from legalaid.directory.models import Authority, Branch
from legalaid.intake.links import token_for
from legalaid.intake.models import Paper, PaperPage
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.tickets import read_dialogue
from legalaid.people.models import Membership, User
from legalaid.people.states import Role
from legalaid.reception.models import Task
from legalaid.web.dialogue.guests import COOKIE, SALT
from tests.dialogue import scene as scenes
from tests.dialogue.scene import Scene, citizen_of, make_scene
from tests.intake.test_papers import jpeg

pytestmark = pytest.mark.django_db
DOORS = {
    "expert": "expert/dialogue/<uuid:dialogue_id>/", "desk": "desk/dialogue/<uuid:dialogue_id>/",
    "desk-alone": "desk/", "citizen": "z/<str:token>/", "guest": "guest/<uuid:participant_id>/",
}  # fmt: skip
"""Door → how its addresses begin."""
REFUSED = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def _door_of(route: str) -> str:
    return next((door for door, begins in DOORS.items() if route.startswith(begins)), "")


def _walked(route: str) -> bool:
    return _door_of(route) == "guest" or (_door_of(route) != "" and ("paper" in route or "/people/" in route))


ROUTES = [route for route in _routes(get_resolver().url_patterns) if _walked(route)]


@dataclass
class Ids:
    """What stands in the addresses: of a dialogue that exists, or of none."""

    dialogue: object
    request: object
    token: str
    participant: object
    paper: int

    def put(self, route: str) -> str:
        for name, value in (
            ("<uuid:dialogue_id>", self.dialogue), ("<uuid:help_request_id>", self.request),
            ("<str:token>", self.token), ("<uuid:participant_id>", self.participant),
            ("<int:paper_id>", self.paper), ("<int:page_number>", 1), ("<uuid:recording_id>", uuid4()),
            ("<int:take>", 0), ("<int:number>", 0),
        ):  # fmt: skip
            route = route.replace(name, str(value))
        assert "<" not in route, route
        return "/" + route


@dataclass
class World:
    """A live dialogue with a paper and a guest in it, and people who have nothing to do with it."""

    scene: Scene
    dialogue: Dialogue
    real: Ids
    none: Ids
    strangers: dict[str, Client]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(scenes, "NOW", timezone.now())
    scene = make_scene()
    dialogue = scene.live()
    enter(dialogue, citizen_of(dialogue))
    enter(dialogue, scene.expert())
    paper = services.add_paper_here(
        dialogue_id=dialogue.pk, file=jpeg(), name="чек.jpg", actor=citizen_of(dialogue), now=scenes.NOW
    )
    guest = guest_of(scene, dialogue, "Переводчик")
    foreign = foreign_dialogue(scene)
    strangers = people_elsewhere(scene) | {
        "anonymous": Client(), "guest of another dialogue": with_cookie(guest_of(scene, foreign, "Чужой", index=1)),
        "guest with a forged cookie": forged(guest),
    }  # fmt: skip
    token = token_for(dialogue.help_request_id)
    real = Ids(dialogue.pk, dialogue.help_request_id, token, guest.pk, paper.pk)
    none = Ids(uuid4(), uuid4(), token_for(uuid4()), uuid4(), 999_999)
    return World(scene, dialogue, real, none, strangers)


def enter(dialogue: Dialogue, actor: Actor) -> None:
    ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=scenes.NOW))
    services.connected(
        connection_id=ticket.connection, participant_id=ticket.participant, since=0, actor=ticket.actor, now=scenes.NOW
    )


def guest_of(scene: Scene, dialogue: Dialogue, name: str, index: int = 0) -> Participant:
    _, secret = services.invite_by_link(
        dialogue_id=dialogue.pk, role="interpreter", actor=scene.expert(index), now=scenes.NOW
    )
    return services.enter_by_link(secret=secret, name=name, actor=Actor(kind="guest"), now=scenes.NOW)


def foreign_dialogue(scene: Scene) -> Dialogue:
    dialogue = scene.live(1)
    enter(dialogue, citizen_of(dialogue))
    enter(dialogue, scene.expert(1))
    return dialogue


def with_cookie(guest: Participant) -> Client:
    client = Client()
    client.cookies[COOKIE] = signing.get_cookie_signer(salt=COOKIE + SALT).sign(str(guest.pk))
    return client


def forged(guest: Participant) -> Client:
    client = Client()
    client.cookies[COOKIE] = signing.get_cookie_signer(salt="other").sign(str(guest.pk))
    return client


def people_elsewhere(scene: Scene) -> dict[str, Client]:
    """One of each role; experts and operators of other places, and a colleague who was not invited."""
    authority = Authority.objects.create(code="x", name="X", short="X", plain="X", timezone="Europe/Moscow")
    branch = Branch.objects.create(code="x", name="X", municipality="X", address="X", timezone="Europe/Moscow")
    found = {}
    for role in Role:
        user = User.objects.create_user(f"{role}@example.net", role.label)
        place = {"branch": branch} if role == Role.OPERATOR else {}
        if role in {Role.EXPERT, Role.COORDINATOR}:
            place = {"authority": authority}
        Membership.objects.create(user=user, role=role, since=scenes.NOW, **place)
        found[f"{role} elsewhere"] = as_user(user)
    return found | {"uninvited colleague": as_user(scene.experts[1])}


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="legalaid.people.backends.StaffBackend")
    return client


def everything() -> list[object]:
    tables = (Dialogue, Participant, Invitation, DialogueEvent, Paper, PaperPage, Task)
    rows: list[object] = [row for table in tables for row in table.objects.order_by("pk").values_list()]
    return [*rows, JournalEntry.objects.count()]


PHOTO = jpeg()
FRAGMENT = {"HX-Request": "true"}


def form() -> dict[str, object]:
    """Everything any of the doors would take."""
    file = SimpleUploadedFile("чек.jpg", PHOTO, "image/jpeg")
    return {"paper": "1", "page": "1", "name": "Кто-то", "role": "helper", "file": file}


def methods(client: Client, address: str) -> list[tuple[int, str]]:
    """Status and what the page says, without what differs in every answer."""
    return [said(client.get(address, headers=FRAGMENT)), said(client.post(address, form(), headers=FRAGMENT))]


def said(answer: HttpResponse) -> tuple[int, str]:
    if answer.status_code == HTTPStatus.FOUND:
        return answer.status_code, answer["Location"].partition("?")[0]
    return answer.status_code, answer.content.decode().partition("<main")[2].partition("</main>")[0]


def test_there_are_addresses_of_every_door() -> None:
    doors = {door: sum(_door_of(route) == door for route in ROUTES) for door in DOORS}
    assert min(doors.values()) >= 3, doors


def of_door(door: str) -> list[str]:
    return [route for route in ROUTES if _door_of(route) == door]


@pytest.mark.parametrize("door", [door for door in DOORS if door != "citizen"])
def test_a_stranger_learns_and_changes_nothing(world: World, door: str) -> None:
    before = everything()
    for who, client in world.strangers.items():
        if door == "guest" and who.endswith(("elsewhere", "colleague")) and who != "expert elsewhere":
            continue  # a guest's page asks for her cookie alone; one logged in stands for all
        logs_in = {HTTPStatus.FOUND} if door != "guest" and "SESSION" not in client_kind(client) else set()
        for route in of_door(door):
            real, none = methods(client, world.real.put(route)), methods(client, world.none.put(route))
            assert real == none, f"{who} can tell {route} from an unknown page"
            for status, where in real:
                assert status in REFUSED | logs_in, f"{who} at {route}: {status} {where}"
                assert status != HTTPStatus.FOUND or where == "/accounts/login/"
    assert everything() == before


def client_kind(client: Client) -> str:
    return "SESSION" if "sessionid" in client.cookies else ""


def test_a_spoilt_link_is_an_unknown_page(world: World) -> None:
    before = everything()
    for token in (world.real.token[:-3] + "abc", world.none.token, "x"):
        ids = Ids(world.real.dialogue, world.real.request, token, world.real.participant, world.real.paper)
        for route in of_door("citizen"):
            assert {status for status, _ in methods(Client(), ids.put(route))} <= REFUSED, route
    assert everything() == before


@pytest.mark.parametrize("door", list(DOORS))
def test_those_who_may_do_get_in(world: World, door: str) -> None:
    """The control: the refusals above are not refusals of everything."""
    own: dict[str, Callable[[], Client]] = {
        "expert": lambda: as_user(world.scene.experts[0]), "desk": lambda: as_user(world.scene.operator),
        "desk-alone": lambda: as_user(world.scene.operator), "citizen": Client,
        "guest": lambda: with_cookie(Participant.objects.get(pk=world.real.participant)),
    }  # fmt: skip
    answers = {route: own[door]().get(world.real.put(route), headers=FRAGMENT).status_code for route in of_door(door)}
    assert HTTPStatus.OK in answers.values(), answers
    assert any(status == HTTPStatus.OK for route, status in answers.items() if "paper" in route), answers


def test_a_used_link_a_lapsed_one_and_an_invented_one_look_the_same(world: World) -> None:
    scene, dialogue = world.scene, world.dialogue
    # Four talk at most without a media server.
    services.remove(dialogue_id=dialogue.pk, participant_id=world.real.participant, actor=scene.expert(),
                    now=scenes.NOW)  # fmt: skip
    _, used = services.invite_by_link(dialogue_id=dialogue.pk, role="helper", actor=scene.expert(), now=scenes.NOW)
    services.enter_by_link(secret=used, name="Соседка", actor=Actor(kind="guest"), now=scenes.NOW)
    _, fresh = services.invite_by_link(dialogue_id=dialogue.pk, role="helper", actor=scene.expert(), now=scenes.NOW)
    assert Client().get(f"/join/{fresh}/").status_code == HTTPStatus.OK, "the control"
    Invitation.objects.filter(state="open").update(expires_at=scenes.NOW)
    before = everything()
    answers = [methods(Client(), f"/join/{secret}/") for secret in (used, fresh, "invented", used[:-2] + "xx")]
    assert all(answer == answers[0] for answer in answers)
    assert {status for status, _ in answers[0]} == {HTTPStatus.NOT_FOUND}
    assert everything() == before


def test_a_removed_guest_is_a_stranger(world: World) -> None:
    guest = Participant.objects.get(pk=world.real.participant)
    client = with_cookie(guest)
    assert client.get(f"/guest/{guest.pk}/papers/", headers=FRAGMENT).status_code == HTTPStatus.OK, "the control"
    services.remove(dialogue_id=world.dialogue.pk, participant_id=guest.pk, actor=world.scene.expert(), now=scenes.NOW)
    before = everything()
    for route in of_door("guest"):
        assert {status for status, _ in methods(client, world.real.put(route))} <= REFUSED, route
    assert everything() == before


def test_a_spoilt_photo_code_is_an_unknown_page(world: World) -> None:
    before = everything()
    for token in ("x", world.real.token, world.none.token):
        assert {status for status, _ in methods(Client(), f"/p/{token}/")} == {HTTPStatus.NOT_FOUND}
    assert everything() == before
