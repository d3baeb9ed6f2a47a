"""The dialogue's socket against a real server: who gets in, what is passed on, who is closed."""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import UTC, datetime
from unittest import mock
from uuid import uuid4

import pytest
from django.db import OperationalError
from websockets.exceptions import ConnectionClosed, InvalidStatus

from legalaid.dialogue import services
from legalaid.dialogue.models import Connection, Dialogue, DialogueEvent, LineSample, Participant
from legalaid.kernel import tickets
from legalaid.kernel.actor import Actor
from legalaid.realtime import protocol
from legalaid.realtime.protocol.bucket import ENTRANCE_RATE, ENTRANCES
from tests.dialogue.scene import Scene, citizen_of
from tests.realtime.running import Client, Process, offer, serving


def ticket(dialogue: Dialogue, actor: Actor) -> str:
    return services.join(dialogue_id=dialogue.pk, actor=actor, now=datetime.now(UTC))


def pair(process: Process, scene: Scene, index: int = 0) -> tuple[Dialogue, Client, Client]:
    """A live dialogue with citizen and expert in it."""
    dialogue = scene.live(index)
    citizen = process.enter(ticket(dialogue, citizen_of(dialogue)), inst="c1")
    expert = process.enter(ticket(dialogue, scene.expert(index)), inst="e1")
    citizen.expect("peer-joined")
    return dialogue, citizen, expert


class TestEntering:
    def test_newcomer_is_welcomed_and_shown(self, process: Process, scene: Scene) -> None:
        dialogue, citizen, expert = pair(process, scene)
        assert citizen.welcome["peers"] == []
        (peer,) = expert.welcome["peers"]
        assert (peer["id"], peer["role"], peer["name"], peer["inst"]) == (citizen.me, "citizen", "Анна Ивановна", "c1")
        shown = citizen.heard[-1]
        seen = shown["peer"]
        assert (seen["name"], seen["place"], shown["offer"]) == ("Мария Петрова 1", "пенсионный фонд", False)
        assert expert.welcome["state"] == "live"
        assert expert.welcome["ice"]["iceServers"] == []
        assert [e["kind"] for e in expert.welcome["events"]] == ["admitted", "entered", "entered"]
        assert DialogueEvent.objects.filter(dialogue=dialogue).count() == 3

    @pytest.mark.parametrize("kind", ["forged", "expired", "other", "used", "nonsense"])
    def test_bad_ticket_is_refused(self, process: Process, scene: Scene, kind: str) -> None:
        dialogue = scene.live()
        good = ticket(dialogue, citizen_of(dialogue))
        bad = {
            "forged": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
            "other": tickets.live_from_page(tickets.sign_page(["office"], user_id=None), user_id=None),
            "nonsense": "1:2:3",
        }.get(kind, good)
        if kind == "used":
            process.enter(good)
        before = Connection.objects.filter(opened_at=None).count()
        client = Client(process.open("/ws/dialogue"))
        life = -1 if kind == "expired" else tickets.TICKET_LIFE
        with mock.patch.object(tickets, "TICKET_LIFE", life):
            client.send("hello", ticket=bad, inst="x", since=0)
            assert client.closed() == protocol.BAD_TICKET
        assert [f for f in client.heard if f["t"] == "welcome"] == []
        assert Connection.objects.filter(opened_at=None).count() == before

    def test_citizen_enters_by_what_her_page_brought(self, process: Process, scene: Scene) -> None:
        dialogue = scene.live()
        entrance = tickets.sign_entrance(dialogue.help_request_id)
        for inst in ("c1", "c2"):  # a reload within ten minutes, too: each has a connection of its own
            client = Client(process.open("/ws/dialogue"))
            client.send("hello", page=entrance, inst=inst, since=0)
            assert client.expect("welcome")["state"] == "live"
        assert Connection.objects.filter(participant__dialogue=dialogue, opened_at__isnull=False).count() == 2
        assert Participant.objects.get(dialogue=dialogue, user=None).role == "citizen"

    @pytest.mark.parametrize("kind", ["forged", "expired", "ticket", "over", "unknown"])
    def test_bad_entrance_is_refused(self, process: Process, scene: Scene, kind: str) -> None:
        dialogue = scene.live()
        good = tickets.sign_entrance(dialogue.help_request_id)
        bad = {
            "forged": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
            "ticket": ticket(dialogue, citizen_of(dialogue)),
            "unknown": tickets.sign_entrance(uuid4()),
        }.get(kind, good)
        if kind == "over":
            services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=datetime.now(UTC))
        before = (Connection.objects.count(), Dialogue.objects.count(), DialogueEvent.objects.count())
        client = Client(process.open("/ws/dialogue"))
        with mock.patch.object(tickets, "ENTRANCE_LIFE", -1 if kind == "expired" else tickets.ENTRANCE_LIFE):
            client.send("hello", page=bad, inst="x", since=0)
            assert client.closed() == protocol.BAD_TICKET
        assert [f for f in client.heard if f["t"] == "welcome"] == []
        assert (Connection.objects.count(), Dialogue.objects.count(), DialogueEvent.objects.count()) == before

    def test_foreign_page_is_refused_before_it_opens(self, process: Process) -> None:
        for path in ("/ws/dialogue", "/ws/live?ticket=x"):
            with pytest.raises(InvalidStatus) as refused:
                process.open(path, origin="https://evil.example")
            assert refused.value.response.status_code == 403

    def test_dialogue_that_is_over_is_closed(self, process: Process, scene: Scene) -> None:
        dialogue = scene.live()
        good = ticket(dialogue, citizen_of(dialogue))
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=datetime.now(UTC))
        client = Client(process.open("/ws/dialogue"))
        client.send("hello", ticket=good, inst="x", since=0)
        assert client.closed() == protocol.ENDED

    def test_database_that_is_away_sends_her_back_for_another_try(
        self, process: Process, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dialogue = scene.live()
        good = ticket(dialogue, citizen_of(dialogue))

        def away(**_: object) -> None:
            raise OperationalError("the connection is lost")

        monkeypatch.setattr(services, "connected", away)
        client = Client(process.open("/ws/dialogue"))
        client.send("hello", ticket=good, inst="x", since=0)
        assert client.closed() == protocol.TROUBLE
        assert process.sockets.counts()["dialogues"] == 0

    def test_second_tab_replaces_the_first(self, process: Process, scene: Scene) -> None:
        dialogue, citizen, expert = pair(process, scene)
        second = process.enter(ticket(dialogue, citizen_of(dialogue)), inst="c2")
        assert citizen.closed() == protocol.REPLACED
        assert expert.expect("peer-joined")["peer"]["inst"] == "c2"
        assert [p["id"] for p in second.welcome["peers"]] == [expert.me]
        expert.send("signal", to=second.me, data=offer())
        assert second.expect("signal")["from"] == expert.me
        assert Participant.objects.get(user=None).present


class TestSignalling:
    def test_reaches_the_one_it_is_for(self, process: Process, scene: Scene) -> None:
        _, citizen, expert = pair(process, scene)
        expert.send("signal", to=citizen.me, data=offer())
        assert citizen.expect("signal") == {
            "t": "signal", "from": expert.me, "inst": "e1", "data": {"description": {"type": "offer", "sdp": "v=0"}},
        }  # fmt: skip
        assert expert.hears_no("signal")

    def test_never_leaves_its_dialogue(self, process: Process, scene: Scene) -> None:
        _, citizen, expert = pair(process, scene, 0)
        _, _, stranger = pair(process, scene, 1)
        stranger.send("signal", to=citizen.me, data=offer())
        stranger.send("media", audio=True, video=True)
        stranger.say("секрет")
        stranger.expect("event")
        assert citizen.hears_no("signal", "media", "said")
        assert expert.hears_no("signal", "media", "said")

    def test_media_states_are_shown_to_the_others(self, process: Process, scene: Scene) -> None:
        _, citizen, expert = pair(process, scene)
        citizen.send("media", audio=True, video=False)
        assert expert.expect("media") == {
            "t": "media", "id": citizen.me, "audio": True, "video": False, "screen": False, "document": False,
            "step": 0,
        }  # fmt: skip
        assert citizen.hears_no("media")

    def test_a_line_is_told_at_once_and_noted_now_and_then(self, process: Process, scene: Scene) -> None:
        _, citizen, expert = pair(process, scene)
        for level in (3, 1):
            citizen.send("line", level=level, step=0, rtt=50, lost=10, kbps=500)
            assert expert.expect("line") == {"t": "line", "id": citizen.me, "level": level}
        citizen.say("после")
        expert.expect("event", kind="said")
        assert list(LineSample.objects.order_by("id").values_list("participant__user", "level")) == [(None, 3)]
        assert citizen.hears_no("line")

    def test_a_wish_for_less_reaches_the_one_it_is_for(self, process: Process, scene: Scene) -> None:
        _, citizen, expert = pair(process, scene, 0)
        _, _, stranger = pair(process, scene, 1)
        stranger.send("limit", to=citizen.me, step=3)
        expert.send("limit", to=citizen.me, step=3)
        assert citizen.expect("limit") == {"t": "limit", "from": expert.me, "step": 3}
        assert expert.hears_no("limit")

    def test_relay_credentials_are_asked_for_inside(self, process: Process, scene: Scene, settings: object) -> None:
        _, citizen, _ = pair(process, scene)
        settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example:3478"], "s"  # type: ignore[attr-defined]
        citizen.send("ice")
        (server,) = citizen.expect("ice")["ice"]["iceServers"]
        assert server["urls"] == ["turn:relay.example:3478"]
        assert server["username"].endswith(citizen.me)


class TestBreakingTheRules:
    @pytest.mark.parametrize(
        ("frame", "code"),
        [
            ("это не JSON", protocol.MALFORMED),
            ("[]", protocol.MALFORMED),
            ('{"t": 5}', protocol.MALFORMED),
            ('{"t": "signal", "to": "x", "data": {"description": {"type": "offer"}}}', protocol.MALFORMED),
            ('{"t": "chat", "cid": "not-a-uuid", "text": "a"}', protocol.MALFORMED),
            ('{"t": "hello", "ticket": "a", "inst": "b", "since": 0}', protocol.MALFORMED),
            (b"\x00\x01", protocol.MALFORMED),
            ('{"t": "ping", "pad": "' + "x" * 70_000 + '"}', protocol.TOO_BIG),
        ],
    )
    def test_closes_only_the_sinner(self, process: Process, scene: Scene, frame: str | bytes, code: int) -> None:
        dialogue, citizen, expert = pair(process, scene)
        before = DialogueEvent.objects.filter(dialogue=dialogue).count()
        citizen.socket.send(frame)
        assert citizen.closed() == code
        expert.expect("peer-away")
        expert.send("ping")
        expert.expect("pong")
        assert DialogueEvent.objects.filter(dialogue=dialogue).count() == before

    def test_unknown_kind_is_answered(self, process: Process, scene: Scene) -> None:
        _, citizen, _ = pair(process, scene)
        citizen.send("tea")
        assert citizen.expect("error")["code"] == "unknown"
        citizen.send("ping")
        citizen.expect("pong")

    def test_flood_closes_the_flooder(self, process: Process, scene: Scene) -> None:
        _, citizen, expert = pair(process, scene)
        with contextlib.suppress(ConnectionClosed):  # the door may shut while the flood still comes
            for _ in range(400):
                citizen.send("ping")
        assert citizen.closed() == protocol.TOO_FAST
        expert.send("ping")
        expert.expect("pong")

    def test_who_comes_back_again_and_again_to_flood_waits_and_the_others_do_not(
        self, process: Process, scene: Scene
    ) -> None:
        """While somebody floods and comes back at once for another burst, another dialogue is answered in time."""
        dialogue, citizen, _expert = pair(process, scene, 0)
        other, hers, his = pair(process, scene, 1)
        entrance, over, codes = tickets.sign_entrance(dialogue.help_request_id), threading.Event(), []

        def flood() -> None:
            while not over.is_set():
                client = Client(process.open("/ws/dialogue"))
                with contextlib.suppress(ConnectionClosed):
                    client.send("hello", page=entrance, inst="flood", since=0)
                    for _ in range(400):
                        client.send("ping")
                codes.append(client.closed())

        flooder = threading.Thread(target=flood)
        flooder.start()
        slowest = 0.0
        try:
            for turn in range(30):
                began = time.monotonic()
                hers.say(f"слова {turn}")
                his.expect("event", kind="said", text=f"слова {turn}")
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.1)  # a person writes no faster
        finally:
            over.set()
            flooder.join(30)
        assert codes.count(protocol.TOO_FAST) > 5, "the control: there was a flood"
        assert slowest < 2
        opened = Connection.objects.filter(participant__dialogue=dialogue, opened_at__isnull=False).count()
        assert opened <= ENTRANCES + 2 + ENTRANCE_RATE * 60
        assert DialogueEvent.objects.filter(dialogue=other, kind="said").count() == 30
        assert citizen.closed() in {protocol.REPLACED, 1006}, "her own page was taken over by the flooder's"

    def test_an_entrance_beyond_the_rate_touches_no_row(self, process: Process, scene: Scene) -> None:
        dialogue = scene.live()
        entrance = tickets.sign_entrance(dialogue.help_request_id)
        process.sockets.rooms.knocks._buckets[str(dialogue.help_request_id)] = protocol.Bucket(
            burst=0.5, rate=0, now=time.monotonic()
        )
        before = (Connection.objects.count(), DialogueEvent.objects.count())
        client = Client(process.open("/ws/dialogue"))
        client.send("hello", page=entrance, inst="x", since=0)
        assert client.closed() == protocol.TOO_FAST
        assert (Connection.objects.count(), DialogueEvent.objects.count()) == before
        neighbour = process.enter(ticket(dialogue, scene.expert()))
        neighbour.send("ping")
        neighbour.expect("pong")

    def test_first_frame_must_be_hello(self, process: Process) -> None:
        client = Client(process.open("/ws/dialogue"))
        client.send("ping")
        assert client.closed() == protocol.MALFORMED


class TestChatAndReplay:
    def test_line_comes_to_both_with_its_number(self, process: Process, scene: Scene) -> None:
        _, citizen, expert = pair(process, scene)
        cid = citizen.say("Здравствуйте")
        for side in (citizen, expert):
            event = side.expect("event", cid=cid)
            assert (event["n"], event["kind"], event["text"], event["who"]) == (4, "said", "Здравствуйте", citizen.me)

    def test_line_sent_again_is_said_once(self, process: Process, scene: Scene) -> None:
        dialogue, citizen, expert = pair(process, scene)
        cid = citizen.say("раз")
        citizen.expect("event", cid=cid)
        citizen.say("раз", cid)
        citizen.say("два")
        expert.expect("event", text="два")
        said = DialogueEvent.objects.filter(dialogue=dialogue, kind="said").order_by("number")
        assert [e.text for e in said] == ["раз", "два"]

    def test_refusal_names_the_line(self, process: Process, scene: Scene) -> None:
        dialogue, citizen, _ = pair(process, scene)
        cid = citizen.say(" ")
        assert citizen.expect("refused")["cid"] == cid
        assert not DialogueEvent.objects.filter(dialogue=dialogue, kind="said").exists()

    def test_what_was_missed_is_replayed_on_return(self, process: Process, scene: Scene) -> None:
        dialogue, citizen, expert = pair(process, scene)
        last = citizen.welcome["last"] + 1  # she has seen the expert enter
        citizen.kill()
        expert.expect("peer-away")
        for n in range(3):
            expert.expect("event", cid=expert.say(f"строка {n}"))
        back = process.enter(ticket(dialogue, citizen_of(dialogue)), inst="c1", since=last)
        assert [e["text"] for e in back.welcome["events"]] == ["строка 0", "строка 1", "строка 2"]
        assert back.welcome["last"] == last + 3
        back.send("since", n=last + 1)
        assert back.expect("event")["text"] == "строка 1"
        assert expert.expect("peer-joined")["peer"]["inst"] == "c1"
        assert [e["kind"] for e in back.welcome["events"]] == ["said"] * 3  # she never «left»


class TestLeaving:
    def test_farewell_is_told_at_once(self, process: Process, scene: Scene) -> None:
        dialogue, citizen, expert = pair(process, scene)
        cid = citizen.say("до свидания")
        citizen.send("leave")
        assert expert.expect("peer-left") == {"t": "peer-left", "id": citizen.me, "reason": "left"}
        kinds = [f["kind"] for f in expert.heard if f["t"] == "event"]
        if "left" not in kinds:
            expert.expect("event", kind="left")
        assert DialogueEvent.objects.filter(dialogue=dialogue, cid=cid).exists()
        assert citizen.closed() == 1000

    def test_silence_becomes_leaving_after_the_grace(self, bus: object, scene: Scene) -> None:
        with serving(bus, grace=0.3) as process:  # type: ignore[arg-type]
            _, citizen, expert = pair(process, scene)
            citizen.kill()
            expert.expect("peer-away")
            assert expert.expect("peer-left")["reason"] == "lost"
            expert.expect("event", kind="left")

    def test_end_is_told_and_closes_all(self, process: Process, scene: Scene) -> None:
        dialogue, citizen, expert = pair(process, scene)
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=datetime.now(UTC))
        for side in (citizen, expert):
            side.expect("event", kind="ended")
            assert side.closed() == protocol.ENDED
        assert process.sockets.counts()["dialogues"] == 0


def test_events_come_in_order_without_gaps_from_both_sides(process: Process, scene: Scene) -> None:
    _, citizen, expert = pair(process, scene)
    for n in range(20):
        citizen.say(f"c{n}")
        expert.say(f"e{n}", str(uuid4()))
    numbers = []
    while len(numbers) < 40:
        numbers.append(citizen.expect("event")["n"])
    numbers = sorted(set(numbers))
    assert numbers[-40:] == list(range(numbers[-1] - 39, numbers[-1] + 1))
