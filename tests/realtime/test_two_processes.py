"""Citizen and expert hold sockets of different processes: the bus carries what the dialogue needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from legalaid.dialogue import services
from legalaid.dialogue.models import Dialogue
from legalaid.kernel.actor import Actor
from legalaid.kernel.bus import PostgresBus, database_conninfo
from legalaid.realtime import protocol
from tests.dialogue.scene import Scene, citizen_of
from tests.realtime.running import Client, Process, offer, serving


@pytest.fixture
def two(transactional_db: None, settings: object) -> Iterator[tuple[Process, Process]]:
    """Two processes that share nothing but PostgreSQL."""
    settings.BUS_URL = "postgres:"  # type: ignore[attr-defined]  # services publish to the same bus
    buses = [PostgresBus(database_conninfo()) for _ in range(2)]
    with serving(buses[0], grace=0.5) as first, serving(buses[1], grace=0.5) as second:
        yield first, second
    for bus in buses:
        bus.close()
    from legalaid.kernel.bus import get_bus

    get_bus().close()


def ticket(dialogue: Dialogue, actor: Actor) -> str:
    return services.join(dialogue_id=dialogue.pk, actor=actor, now=datetime.now(UTC))


def pair(two: tuple[Process, Process], scene: Scene) -> tuple[Dialogue, Client, Client]:
    dialogue = scene.live()
    citizen = two[0].enter(ticket(dialogue, citizen_of(dialogue)), inst="c1")
    expert = two[1].enter(ticket(dialogue, scene.expert()), inst="e1")
    return dialogue, citizen, expert


def test_they_find_each_other_and_one_of_them_offers(two: tuple[Process, Process], scene: Scene) -> None:
    _, citizen, expert = pair(two, scene)
    seen = citizen.expect("peer-joined")
    assert (seen["peer"]["id"], seen["peer"]["place"], seen["offer"]) == (expert.me, "пенсионный фонд", False)
    answer = expert.meets(citizen)
    assert (answer["peer"]["name"], answer["offer"]) == ("Анна Ивановна", True)


def test_signalling_chat_and_media_states_cross(two: tuple[Process, Process], scene: Scene) -> None:
    _, citizen, expert = pair(two, scene)
    citizen.expect("peer-joined")
    expert.meets(citizen)
    big = {"description": {"type": "offer", "sdp": "v=0 " + "a" * 30_000}}
    expert.send("signal", to=citizen.me, data=big)
    assert citizen.expect("signal") == {"t": "signal", "from": expert.me, "inst": "e1", "data": big}
    citizen.send("signal", to=expert.me, data={"candidate": None})
    assert expert.expect("signal")["data"] == {"candidate": None}
    cid = citizen.say("Здравствуйте")
    assert expert.expect("event", cid=cid)["text"] == "Здравствуйте"
    expert.send("media", audio=True, video=True)
    assert citizen.expect("media")["video"] is True


def test_a_lost_socket_is_seen_and_its_owner_may_return_elsewhere(two: tuple[Process, Process], scene: Scene) -> None:
    dialogue, citizen, expert = pair(two, scene)
    expert.meets(citizen)
    citizen.kill()
    expert.expect("peer-away")
    back = two[1].enter(ticket(dialogue, citizen_of(dialogue)), inst="c1")
    assert [peer["id"] for peer in back.welcome["peers"]] == [expert.me]
    assert expert.expect("peer-joined")["peer"]["away"] is False
    assert expert.hears_no("peer-left", "left", within=1.0)  # the grace in the first process found her returned
    expert.send("signal", to=back.me, data=offer())
    back.expect("signal")


def test_second_tab_in_another_process_replaces_the_first(two: tuple[Process, Process], scene: Scene) -> None:
    dialogue, citizen, _expert = pair(two, scene)
    two[1].enter(ticket(dialogue, citizen_of(dialogue)), inst="c2")
    assert citizen.closed() == protocol.REPLACED


def test_who_died_with_her_process_is_taken_off_the_stage(two: tuple[Process, Process], scene: Scene) -> None:
    _, citizen, expert = pair(two, scene)
    expert.meets(citizen)
    two[0].sockets.rooms._wire = lambda topic, payload: (
        None
    )  # the first process says nothing any more, as if it were killed
    citizen.kill()
    services.let_the_silent_leave(actor=Actor.system("test"), now=datetime.now(UTC) + timedelta(seconds=80))
    assert expert.expect("peer-left")["id"] == citizen.me


def test_end_reaches_both(two: tuple[Process, Process], scene: Scene) -> None:
    dialogue, citizen, expert = pair(two, scene)
    services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=datetime.now(UTC))
    for side in (citizen, expert):
        side.expect("event", kind="ended")
        assert side.closed() == protocol.ENDED


def test_a_cut_of_the_bus_heals_and_nothing_said_is_missed(two: tuple[Process, Process], scene: Scene) -> None:
    from tests.kernel.test_bus import cut_all

    _, citizen, expert = pair(two, scene)
    expert.meets(citizen)
    cut_all()
    cid = citizen.say("во время обрыва")
    assert expert.expect("event", cid=cid)["text"] == "во время обрыва"
