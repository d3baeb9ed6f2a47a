"""Our own media server: the process that runs Janus with our configuration, and the pool of such servers."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from legalaid.ops.coturn import own_address
from legalaid.ops.place import Place, PlaceError
from legalaid.realtime.sfu import config, keys

CONTROL_PORT = 8188
MEDIA_PORTS = (20_000, 20_999)
DEMO_NODE = "demo"
PROBE_WITHIN = 3.0


def program() -> str | None:
    """Where Janus is, if it is installed."""
    return shutil.which("janus")


def secret() -> str:
    """The secret everything of the pool is derived from."""
    from django.conf import settings

    return str(settings.SFU_SECRET or settings.SECRET_KEY)


def folder(place: Place) -> Path:
    return place.state_dir / "janus"


def write(place: Place, *, address: str, port: int, media_ports: tuple[int, int], public: str = "") -> Path:
    """Write the configuration of the node on this host into STATE_DIR; return its folder."""
    texts = config.files(secret=secret(), address=address, port=port, media_ports=media_ports, public=public)
    config.write(folder(place), texts)
    return folder(place)


def run(place: Place) -> None:
    """Become Janus with the configuration in STATE_DIR; does not return."""
    where = program()
    if where is None:
        raise PlaceError("Программа janus не найдена: apt-get install janus")
    if not (folder(place) / "janus.jcfg").exists():
        raise PlaceError(f"Нет настроек медиасервера в {folder(place)}: сначала legalaid sfu config.")
    os.execv(where, [where, "-F", str(folder(place))])  # noqa: S606 - our own words


def demo_node(place: Place) -> str | None:
    """Write the configuration of the demo's media server and put it into the pool; return its address.

    None without Janus or without a network: media then go directly, for four people at most.
    """
    from legalaid.dialogue import services
    from legalaid.kernel.actor import Actor

    actor, now = Actor.system("demo"), datetime.now(UTC)
    address = own_address()
    if program() is None or address is None:
        services.clear_node(name=DEMO_NODE, actor=actor, now=now)
        return None
    port = _free_port(address)
    write(place, address=address, port=port, media_ports=MEDIA_PORTS)
    url = f"ws://{address}:{port}"
    services.put_node(name=DEMO_NODE, url=url, actor=actor, now=now)
    return url


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def probe(url: str) -> str:
    """Ask a node for its version with our secret. Raises OSError when it is away, PlaceError when it refuses us."""
    try:
        return asyncio.run(_probe(url))
    except (TimeoutError, WebSocketException) as error:
        raise OSError(f"{urlsplit(url).netloc} не отвечает") from error


async def _probe(url: str) -> str:
    words = [Subprotocol("janus-protocol")]
    async with asyncio.timeout(PROBE_WITHIN), connect(url, subprotocols=words, proxy=None) as wire:
        asked = {"janus": "create", "transaction": str(time.time_ns()), "apisecret": keys.api_secret(secret())}
        await wire.send(json.dumps(asked))
        answer = json.loads(await wire.recv())
        if answer.get("janus") == "error":
            raise PlaceError("сервер не узнаёт нас: сверьте SFU_SECRET и запишите настройки заново")
        session = answer["data"]["id"]
        await wire.send(json.dumps({**asked, "janus": "destroy", "session_id": session}))
        await wire.send(json.dumps({"janus": "info", "transaction": "info"}))
        while (answer := json.loads(await wire.recv())).get("janus") != "server_info":
            pass
        return str(answer.get("version_string", "?"))
