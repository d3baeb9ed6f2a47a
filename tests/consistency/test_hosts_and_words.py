"""Nothing of ours names a foreign host or the machine it was written on."""

import re

from tests.support.tree import repository_files, texts

HOST = re.compile(r"""(?:https?:|wss?:|["'(=]\s*)//([a-z0-9-]+(?:\.[a-z0-9-]+)+)""", re.IGNORECASE)
NAMESPACES = {"www.w3.org"}
MACHINE = re.compile(r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+|opt/wheels)/|/tmp/(?!legalaid)\w+/\w+")
TEXT = {".py", ".ts", ".css", ".html", ".md", ".toml", ".json", ".yml", ".yaml", ".sh", ".txt", ".typ", ".lock", ".cfg"}


def test_pages_and_client_name_no_foreign_host() -> None:
    found = []
    for under, suffixes in (
        ("legalaid/", (".html", ".js", ".css", ".svg", ".typ")),
        ("client/", (".ts", ".css", ".svg")),
    ):
        for name, text in texts(*suffixes, under=under):
            for number, line in enumerate(text.splitlines(), start=1):
                hosts = {host.lower() for host in HOST.findall(line)} - NAMESPACES
                found += [f"{name}:{number} {host}" for host in hosts if not host.endswith((".example", ".invalid"))]
    assert found == []


def test_no_stun_server_of_anybody() -> None:
    found = [name for name, text in texts(".ts", ".py", ".html") if re.search(r"stuns?:[a-z0-9]+\.", text)]
    assert found == []


def test_no_path_of_somebodys_machine() -> None:
    found = []
    for path in repository_files():
        if path.suffix in TEXT or path.name in {"Makefile", "run"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if MACHINE.search(line) and path.name != "test_hosts_and_words.py":
                    found.append(f"{path.name}:{number} {line.strip()[:80]}")
    assert found == []


def test_locks_name_no_host() -> None:
    for name, text in texts(".json", ".lock"):
        if name in {"package-lock.json", "requirements.lock"}:
            assert '"resolved"' not in text, name
            assert "--index-url" not in text, name
            assert not re.search(r"^[^#]*https?://(?!.*funding)", text, re.MULTILINE) or name == "package-lock.json"
