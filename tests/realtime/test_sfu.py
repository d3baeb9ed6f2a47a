"""Words about a media server: frames, keys, the node's configuration, legs of others."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import stat
from pathlib import Path

import pytest
from django.core import signing

from legalaid.realtime import protocol
from legalaid.realtime.protocol import BadFrame
from legalaid.realtime.protocol.sfu import (
    SfuAccept,
    SfuCandidate,
    SfuLayers,
    SfuPublish,
    SfuRestart,
    SfuResume,
)  # fmt: skip
from legalaid.realtime.sfu import config, keys
from legalaid.realtime.sfu.legs import SALT
from tests.dialogue.scene import Scene, citizen_of
from tests.realtime.running import Process
from tests.realtime.test_dialogue_socket import ticket

SECRET = "secret of the pool"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"t": "sfu-publish", "epoch": 2, "sdp": "v=0", "fresh": True}, SfuPublish(2, "v=0", fresh=True)),
        ({"t": "sfu-accept", "epoch": 2, "sdp": "v=0"}, SfuAccept(2, "v=0")),
        (
            {"t": "sfu-candidate", "epoch": 2, "receiving": True, "candidate": None},
            SfuCandidate(2, receiving=True, candidate=None),
        ),
        ({"t": "sfu-layers", "epoch": 2, "layers": [{"mid": "1", "layer": -1}]}, SfuLayers(2, [("1", -1)])),
        ({"t": "sfu-restart", "epoch": 2}, SfuRestart(2)),
        ({"t": "sfu-resume", "leg": "x", "have": ["a.b"]}, SfuResume("x", ["a.b"])),
    ],
)
def test_legal_frames(frame: dict[str, object], message: object) -> None:
    assert protocol.read(json.dumps(frame)) == message


@pytest.mark.parametrize(
    "frame",
    [
        {"t": "sfu-publish", "epoch": -1, "sdp": "v=0", "fresh": True},
        {"t": "sfu-publish", "epoch": 1, "sdp": "v=0", "fresh": 1},
        {"t": "sfu-candidate", "epoch": 1, "receiving": True, "candidate": "x"},
        {"t": "sfu-layers", "epoch": 1, "layers": [{"mid": "1", "layer": 2}]},
        {"t": "sfu-layers", "epoch": 1, "layers": [{"mid": "1", "layer": True}]},
        {"t": "sfu-layers", "epoch": 1, "layers": [{"mid": "1", "layer": 0}] * 25},
        {"t": "sfu-resume", "leg": "x", "have": [1]},
        {"t": "sfu-resume", "leg": "x" * 2001, "have": []},
    ],
)
def test_frames_outside_the_protocol(frame: dict[str, object]) -> None:
    with pytest.raises(BadFrame):
        protocol.read(json.dumps(frame))


def test_keys_are_separate_and_rooms_are_not_guessed() -> None:
    derived = {keys.api_secret(SECRET), keys.admin_key(SECRET), keys.token_secret(SECRET), keys.api_secret("other")}
    assert len(derived) == 4
    rooms = {keys.room_name(SECRET, "d", 1), keys.room_name(SECRET, "d", 2), keys.room_name("other", "d", 1)}
    assert len(rooms) == 3
    assert all(len(room) == 32 for room in rooms)


def test_a_token_is_signed_as_janus_reads_it_and_names_one_room() -> None:
    words, _, mac = keys.room_token(SECRET, "abc", now=1_000_000).rpartition(":")
    assert words == f"{1_000_000 + keys.TOKEN_LIFE},janus.plugin.videoroom,room=abc"
    expected = hmac.new(keys.token_secret(SECRET).encode(), words.encode(), hashlib.sha1).digest()
    assert base64.b64decode(mac) == expected


def test_the_configuration_of_a_node_opens_nothing_else(tmp_path: Path) -> None:
    texts = config.files(secret=SECRET, address="10.0.0.5", port=8188, media_ports=(20000, 20500), public="203.0.113.7")
    config.write(tmp_path / "node", texts)
    main = (tmp_path / "node" / "janus.jcfg").read_text(encoding="utf-8")
    for name in (*config.PLUGINS, *config.TRANSPORTS, *config.EVENTS):
        assert f"libjanus_{name}.so" in main, f"{name} is switched off"
    assert "videoroom.so" not in main
    assert "libjanus_websockets.so" not in main
    assert SECRET not in "".join(texts.values()), "only what is derived stands on the node"
    assert 'nat_1_1_mapping = "203.0.113.7"' in main
    assert "admin_ws = false" in texts["janus.transport.websockets.jcfg"]
    for path in (tmp_path / "node").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_node_makes_its_own_key_and_none_is_written_down(tmp_path: Path) -> None:
    """ASVS 17.2.1: the key of its DTLS certificate lives in its memory and dies with it."""
    texts = config.files(secret=SECRET, address="10.0.0.5", port=8188, media_ports=(20000, 20500))
    config.write(tmp_path, texts)
    assert not [word for word in ("cert_pem", "cert_key", "cert_pwd") if word in "".join(texts.values())]
    assert {path.suffix for path in tmp_path.iterdir()} == {".jcfg"}


def test_without_nodes_a_word_about_one_is_answered_with_the_way(process: Process, scene: Scene) -> None:
    dialogue = scene.live()
    client = process.enter(ticket(dialogue, citizen_of(dialogue)))
    client.send("sfu-publish", epoch=1, sdp="v=0", fresh=True)
    assert client.expect("mode") == {"t": "mode", "mode": "mesh", "epoch": 0}
    client.send("sfu-resume", leg="forged", have=[])
    assert client.expect("sfu-lost") == {"t": "sfu-lost", "epoch": 0}
    client.send("ping")
    client.expect("pong")


def test_nobody_takes_up_the_leg_of_somebody_else(process: Process, scene: Scene) -> None:
    dialogue = scene.live()
    client = process.enter(ticket(dialogue, citizen_of(dialogue)))
    words = {"participant": "somebody", "dialogue": str(dialogue.pk), "epoch": 1, "session": 1, "pub": 1, "sub": 1,
             "feed": "f", "node": "one"}  # fmt: skip
    client.send("sfu-resume", leg=signing.dumps(words, salt=SALT), have=[])
    assert client.expect("sfu-lost")["epoch"] == 0
    assert process.sockets.legs.counts()["sfu_legs"] == 0
