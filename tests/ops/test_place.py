"""Where an installation stands: foreseen troubles are words."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from legalaid.ops import doctor
from legalaid.ops.doctor import CHECKS, examine
from legalaid.ops.place import Place, PlaceError


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path / "var", "127.0.0.1", 0)
    place.state_dir.mkdir()
    return place


@pytest.mark.parametrize("said", ["восемь", "0", "70000", "", "²", "9" * 5000])
def test_a_port_that_is_none_is_said_in_words(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", said)
    with pytest.raises(PlaceError, match="PORT должен быть числом"):
        Place.from_environment()


def test_a_busy_port_is_said_with_the_way_out(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        busy = Place(place.state_dir, "127.0.0.1", other.getsockname()[1])
        with pytest.raises(PlaceError, match=rf"Порт {busy.port} занят.*PORT={busy.port + 80}"):
            busy.require_free_port(patience=0.1)
    busy.require_free_port(patience=0.1)


def test_one_supervisor_holds_the_folder(place: Place) -> None:
    with place.alone(), pytest.raises(PlaceError, match="уже работает другой запуск"), place.alone(patience=0.1):
        pass
    with place.alone(patience=0.1):
        pass


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    for name in ("STATE_DIR", "PORT"):
        monkeypatch.setenv(name, "untouched")
    with pytest.raises(PlaceError, match="Нельзя писать"):
        Place(tmp_path / "file" / "var", "127.0.0.1", 1).prepare()


@pytest.mark.django_db
def test_the_doctor_names_everything_and_finds_this_place_well(place: Place) -> None:
    findings = examine(place)
    assert len(findings) == len(CHECKS)
    assert all(finding.words for finding in findings)
    assert [f.subject for f in findings if f.ok is False] == []


@pytest.mark.parametrize(
    ("check", "variable", "value", "words"),
    [
        (doctor.binaries, "PG_BIN", "/nowhere", "Не найден PostgreSQL"),
        (doctor.database, "DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "не отвечает по DATABASE_URL"),
        (doctor.clock, "REGION_TIME_ZONE", "Europe/Nowhere", "неизвестен"),
    ],
)
def test_the_doctor_says_what_is_wrong(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    check: Callable[[Place], doctor.Finding],
    variable: str,
    value: str,
    words: str,
) -> None:
    if variable == "PG_BIN":
        monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv(variable, value)
    finding = check(place)
    assert finding.ok is False
    assert words in finding.words
