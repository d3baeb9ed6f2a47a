"""kill -9 while pieces of a recording come in: what was acknowledged is there, whole and readable."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from legalaid.dialogue import services
from legalaid.dialogue.models import DialoguePolicy, Recording, RecordingChunk
from legalaid.kernel.bus import get_bus
from tests.dialogue.scene import NOW, Scene, citizen_of, make_scene
from tests.dialogue.test_recording import enter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
KEY = base64.b64encode(b"k" * 32).decode()
CHILD = """
import sys
import django
django.setup()
from datetime import datetime
from uuid import UUID
from legalaid.dialogue import services
from legalaid.kernel.actor import Actor
recording, user, now, early = UUID(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), sys.argv[4]
for number in range(10_000):
    data = f"piece {number} ".encode() * 4_000
    if early == "early" and number == 3:
        print(number, flush=True)
        import time; time.sleep(60)
    services.put_chunk(recording_id=recording, take=0, number=number, data=data, actor=Actor.staff(user, ()), now=now)
    print(number, flush=True)
"""


@pytest.fixture
def running(settings: Any, tmp_path: Path) -> Iterator[tuple[Scene, Recording]]:
    settings.RECORDING_KEY, settings.RECORDINGS_DIR = KEY, str(tmp_path)
    scene = make_scene()
    DialoguePolicy.objects.create(authority=scene.authority, recording=True)
    dialogue = scene.live()
    for actor in (scene.expert(), citizen_of(dialogue)):
        enter(dialogue, actor)
    services.ask_to_record(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
    recording = services.answer_recording(dialogue_id=dialogue.pk, agreed=True, actor=citizen_of(dialogue), now=NOW)
    yield scene, recording
    get_bus().close()


def killed_after(recording: Recording, folder: Path, pieces: int, mode: str) -> set[int]:
    """Let a process take pieces in and kill it when it has acknowledged so many; return which it acknowledged."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {
        **os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "legalaid.config.settings",
        "SECRET_KEY": "of the test", "RECORDING_KEY": KEY, "RECORDINGS_DIR": str(folder), "STATE_DIR": str(folder),
    }  # fmt: skip
    words = [sys.executable, "-c", CHILD, str(recording.pk), str(recording.recorder.user_id), NOW.isoformat(), mode]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, env=environment, text=True)
    acknowledged: set[int] = set()
    assert child.stdout is not None
    with child.stdout:
        for line in child.stdout:
            acknowledged.add(int(line))
            if len(acknowledged) >= pieces:
                child.send_signal(signal.SIGKILL)
                break
        acknowledged |= {int(line) for line in child.stdout if line.strip()}
    child.wait(20)
    return acknowledged


def kept() -> set[int]:
    return set(RecordingChunk.objects.values_list("number", flat=True))


def test_what_was_acknowledged_is_there(running: tuple[Scene, Recording], settings: Any) -> None:
    scene, recording = running
    acknowledged = killed_after(recording, Path(settings.RECORDINGS_DIR), 12, "honest")
    assert len(acknowledged) >= 12
    assert acknowledged <= kept()
    film = services.open_take(recording_id=recording.pk, take=0, actor=scene.expert(), now=NOW)
    for number in acknowledged:
        assert f"piece {number} ".encode() * 4_000 in film


def test_an_early_word_would_be_a_lie(running: tuple[Scene, Recording], settings: Any) -> None:
    """The negative control: whoever acknowledges before the piece is kept is found out by the same question."""
    _, recording = running
    acknowledged = killed_after(recording, Path(settings.RECORDINGS_DIR), 4, "early")
    assert not acknowledged <= kept()
