"""The configuration of a media node: a folder for `janus -F`. Only VideoRoom, only our control connection."""

from __future__ import annotations

from pathlib import Path

from legalaid.realtime.sfu import keys
from legalaid.realtime.sfu.link import RECLAIM

PLUGINS = (
    "audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip", "sipre", "streaming", "textroom",
    "videocall", "voicemail",
)  # fmt: skip
TRANSPORTS = ("http", "mqtt", "nanomsg", "pfunix", "rabbitmq")
EVENTS = ("gelfevh", "mqttevh", "nanomsgevh", "rabbitmqevh", "sampleevh", "wsevh")
LOGGERS = ("jsonlog",)


def _off(names: tuple[str, ...]) -> str:
    return ",".join(f"libjanus_{name}.so" for name in names)


def files(*, secret: str, address: str, port: int, media_ports: tuple[int, int], public: str = "") -> dict[str, str]:
    """File name → text. `address` is where control is listened on and media sent from, `public` what browsers are told
    instead when the node stands behind a NAT."""
    nat = f'\n    nat_1_1_mapping = "{public}"' if public else ""
    return {
        "janus.jcfg": f"""# written by `legalaid sfu config`; holds secrets
general: {{
    debug_level = 3
    debug_timestamps = true
    api_secret = "{keys.api_secret(secret)}"
    token_auth = true
    token_auth_secret = "{keys.token_secret(secret)}"
    admin_secret = "{keys.derive(secret, "admin")}"
    session_timeout = 60
    reclaim_session_timeout = {RECLAIM}
    hide_dependencies = true
}}
media: {{
    rtp_port_range = "{media_ports[0]}-{media_ports[1]}"
    dtls_mtu = 1200
    no_media_timer = 1
    slowlink_threshold = 4
}}
nat: {{
    nice_debug = false
    ice_lite = false
    ice_tcp = false
    full_trickle = false
    ice_enforce_list = "{address}"{nat}
}}
plugins: {{ disable = "{_off(PLUGINS)}" }}
transports: {{ disable = "{_off(TRANSPORTS)}" }}
loggers: {{ disable = "{_off(LOGGERS)}" }}
events: {{
    broadcast = false
    disable = "{_off(EVENTS)}"
}}
""",
        "janus.transport.websockets.jcfg": f"""general: {{
    json = "compact"
    ws = true
    ws_ip = "{address}"
    ws_port = {port}
    wss = false
}}
admin: {{
    admin_ws = false
    admin_wss = false
}}
""",
        "janus.plugin.videoroom.jcfg": f"""general: {{
    admin_key = "{keys.admin_key(secret)}"
    lock_rtp_forward = true
    string_ids = true
}}
""",
    }


def write(folder: Path, texts: dict[str, str]) -> None:
    """Write the files where only their owner reads them."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in texts.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
