"""Frames become typed messages or refusals; nothing else gets past."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.dialogue.turn import CREDENTIAL_LIFE, ice_servers
from legalaid.realtime import protocol
from legalaid.realtime.protocol import BadFrame, Bucket, Knocks, UnknownKind, read
from legalaid.realtime.protocol.bucket import ENTRANCE_RATE, ENTRANCES, KNOWN
from legalaid.realtime.server import frame_of

CID = "6a1f0f0e-8f6a-4a86-9a43-0d4f5f6f0b11"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"t": "hello", "ticket": "x", "inst": "p", "since": 3}, protocol.Hello("x", "p", 3)),
        ({"t": "hello", "page": "y", "inst": "p", "since": 0}, protocol.Hello("", "p", 0, page="y")),
        ({"t": "signal", "to": "b", "data": {"candidate": None}}, protocol.Signal("b", {"candidate": None})),
        ({"t": "chat", "cid": CID, "text": "да"}, protocol.Chat(UUID(CID), "да")),
        ({"t": "media", "audio": True, "video": False}, protocol.Media(audio=True, video=False)),
        (
            {"t": "media", "audio": True, "video": True, "screen": True, "document": False, "step": 2},
            protocol.Media(audio=True, video=True, screen=True, step=2),
        ),
        (
            {"t": "line", "level": 2, "step": 1, "rtt": 210, "lost": 50, "kbps": 480},
            protocol.LineReport(level=2, step=1, rtt=210, lost=50, kbps=480),
        ),
        ({"t": "limit", "to": "b", "step": 3}, protocol.Limit(to="b", step=3)),
        ({"t": "since", "n": 0}, protocol.Since(0)),
        ({"t": "ping", "extra": 1}, protocol.Ping()),
        ({"t": "ice"}, protocol.AskIce()),
        ({"t": "leave"}, protocol.Leave()),
    ],
)
def test_legal_frames(frame: dict[str, object], message: protocol.Message) -> None:
    assert read(json.dumps(frame)) == message


@pytest.mark.parametrize(
    "frame",
    [
        "", "null", "5", "[]", '"ping"', "{}", '{"t":null}', '{"t":"hello"}', "[" * 60_000,
        '{"t":"since","n":true}', '{"t":"since","n":-1}', '{"t":"since","n":1e400}', '{"t":"since","n":NaN}',
        '{"t":"media","audio":1,"video":false}',
        '{"t":"media","audio":true,"video":false,"screen":2}',
        '{"t":"media","audio":true,"video":false,"step":5}', '{"t":"media","audio":true,"video":false,"step":true}',
        '{"t":"line","level":4,"step":0,"rtt":1,"lost":0,"kbps":1}', '{"t":"line","level":3}',
        '{"t":"line","level":3,"step":0,"rtt":-1,"lost":0,"kbps":1}', '{"t":"limit","to":"b","step":9}',
        '{"t":"chat","cid":"1","text":"a"}',
        '{"t":"signal","to":"b","data":{}}', '{"t":"signal","to":"b","data":{"candidate":"x"}}',
        '{"t":"signal","to":"b","data":{"description":{"type":"offer","sdp":"v"},"candidate":null}}',
        '{"t":"signal","to":"b","data":{"description":{"type":"rollback","sdp":"v"}}}',
        '{"t":"signal","to":"' + "b" * 37 + '","data":{"candidate":null}}',
    ],
)  # fmt: skip
def test_malformed_frames(frame: str) -> None:
    with pytest.raises(BadFrame):
        read(frame)


def test_size_is_counted_in_bytes() -> None:
    with pytest.raises(BadFrame) as refused:
        read('{"t":"chat","cid":"' + CID + '","text":"' + "ы" * 40_000 + '"}')
    assert refused.value.code == protocol.TOO_BIG


@given(
    st.text(max_size=300) | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps)
)
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read(text)
    except (BadFrame, UnknownKind):
        return
    raise AssertionError(f"{text!r} was understood")


KINDS = [
    "hello", "signal", "chat", "aside", "seen", "look", "point", "caption", "media", "line", "limit", "since", "ping",
    "ice", "leave", "sfu-publish", "sfu-accept", "sfu-candidate", "sfu-layers", "sfu-restart", "sfu-resume",
]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(["offer", CID])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "sdp", "mid", "layer", "description", "candidate"]), inner)
    ),
    max_leaves=6,
)
NAMES = [
    "ticket", "inst", "since", "to", "data", "cid", "text", "delivered", "read", "paper", "page", "turn", "zoom", "x",
    "y", "last", "audio", "video", "screen", "document", "step", "level", "rtt", "lost", "kbps", "n", "epoch", "sdp",
    "fresh", "receiving", "candidate", "layers", "leg", "have",
]  # fmt: skip


@given(st.sampled_from(KINDS) | VALUES, st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES)))
def test_whatever_its_fields_hold_a_frame_is_read_or_refused(kind: object, fields: dict[str, object]) -> None:
    """Anything but a message, BadFrame or UnknownKind would be a fault of ours that a stranger can cause."""
    try:
        read(json.dumps({**fields, "t": kind}))
    except (BadFrame, UnknownKind):
        return


@pytest.mark.parametrize(
    "frame",
    [
        {"t": []}, {"t": {"t": "ping"}},
        {"t": "since", "n": 2**31}, {"t": "since", "n": 2**70}, {"t": "since", "n": -(2**70)},
        {"t": "look", "paper": 2**31, "page": 0, "turn": 0, "zoom": 100, "x": 0, "y": 0},
        {"t": "signal", "to": "b", "data": {"description": {"type": ["offer"], "sdp": "v"}}},
        {"t": "sfu-layers", "epoch": 1, "layers": [{"mid": "1", "layer": [1]}]},
        {"t": "sfu-layers", "epoch": 2**31, "layers": []},
    ],
)  # fmt: skip
def test_values_that_would_overflow_or_break_a_set_are_refused(frame: dict[str, object]) -> None:
    with pytest.raises((BadFrame, UnknownKind)):
        read(json.dumps(frame))


def test_a_number_of_ten_thousand_figures_is_refused() -> None:
    with pytest.raises(BadFrame):
        read('{"t":"since","n":' + "9" * 10_000 + "}")


def test_bucket_allows_a_burst_and_then_a_rate() -> None:
    bucket = Bucket(burst=3, rate=2, now=0)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(1) for _ in range(3)] == [True, True, False]
    assert bucket.take(100)


def test_one_person_comes_in_so_often_and_the_others_are_not_hindered() -> None:
    knocks = Knocks()
    assert [knocks.allow("anna", 0) for _ in range(ENTRANCES + 1)] == [True] * ENTRANCES + [False]
    assert knocks.allow("ivan", 0)
    assert [knocks.allow("anna", 1 / ENTRANCE_RATE) for _ in range(2)] == [True, False]


def test_of_those_who_rest_nothing_is_kept_and_of_a_flooder_everything() -> None:
    knocks, late = Knocks(), 2 * ENTRANCES / ENTRANCE_RATE
    for one in range(KNOWN):
        knocks.allow(f"somebody {one}", 0)
    while knocks.allow("flooder", late):
        pass
    assert len(knocks._buckets) == 1, "the others have rested"
    for one in range(KNOWN):
        knocks.allow(f"somebody else {one}", late)
    assert not knocks.allow("flooder", late)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_ready_made_frames_are_what_the_library_makes(size: int) -> None:
    from websockets.frames import Frame, Opcode

    text = "a" * size
    assert frame_of(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def test_relay_credentials_follow_the_format_of_coturn() -> None:
    ice = ice_servers(participant="p1", urls=["turns:relay.example:443"], secret="north", now=1_000.7)
    (server,) = ice["iceServers"]
    assert server["username"] == f"{1_000 + CREDENTIAL_LIFE}:p1"
    digest = hmac.new(b"north", server["username"].encode(), hashlib.sha1).digest()
    assert server["credential"] == base64.b64encode(digest).decode()


def test_without_relays_browsers_meet_directly_and_nobody_else_is_asked() -> None:
    assert ice_servers(participant="p", urls=[], secret="s", now=0)["iceServers"] == []
    assert ice_servers(participant="p", urls=["turn:x"], secret="", now=0)["iceServers"] == []
