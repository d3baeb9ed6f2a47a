"""The method travels by browser: out of the demo's region, into an empty installation, and a citizen books there."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from legalaid.ops import postgres
from tests.e2e.conftest import SUITE, People, Person, Product
from tests.e2e.test_hours import drag
from tests.e2e.test_office import enter
from tests.e2e.test_queue import a_phone, introduce, number_of, tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
FIRST, COORDINATOR = "first@example.org", "hours@example.org"
STORY, TOPIC, TITLE = (
    "Мне не засчитали стаж, трудовая книжка есть",
    "pension.experience",
    "Не засчитали часть трудового стажа",
)
STARTS_WITHIN = 90


def _two_ports() -> int:
    """A free port whose neighbour is free too: the sockets of `legalaid serve` are there."""
    while True:
        with socket.socket() as one, socket.socket() as other, contextlib.suppress(OSError, OverflowError):
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            other.bind(("127.0.0.1", port + 1))
            return port


@pytest.fixture
def second(browser: Browser) -> Iterator[People]:
    """An installation as it comes: tables, its first person invited from the server, `legalaid serve`, nothing else."""
    state, port = Path(tempfile.mkdtemp(prefix="legalaid-second-")), _two_ports()
    environment = {name: value for name, value in os.environ.items() if name not in SUITE} | {
        "PORT": str(port), "STATE_DIR": str(state), "SECRET_KEY": "of-the-second-region-alone-" * 2,
        "PUBLIC_URL": f"http://localhost:{port}", "REGION_NAME": "Волгоградская область", "REGION_CODE": "34",
        "WEB_WORKERS": "1",
    }  # fmt: skip
    command = str(Path(sys.executable).with_name("legalaid"))
    for words in (["migrate"], ["invite", "Ольга Первая", FIRST]):
        subprocess.run([command, *words], env=environment, check=True, capture_output=True, timeout=120)
    with (state / "serve.log").open("wb") as log:
        service = subprocess.Popen([command, "serve"], env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_ready(service, port, state)
        people = People(browser, Product(f"http://localhost:{port}", {}, state))
        yield people
        people.leave()
    finally:
        service.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            service.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(service.pid, signal.SIGKILL)
        shutil.rmtree(state, ignore_errors=True)


def _wait_until_ready(service: subprocess.Popen[bytes], port: int, state: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and service.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
            return
        time.sleep(0.3)
    pytest.fail(f"the second installation did not start:\n{(state / 'serve.log').read_text(encoding='utf-8')}")


def counts(product: Product) -> tuple[int, ...]:
    """Topics, branches, agreements, requests of an installation."""
    statement = """
        SELECT (SELECT count(*) FROM directory_topic), (SELECT count(*) FROM directory_branch),
            (SELECT count(*) FROM directory_agreement), (SELECT count(*) FROM intake_helprequest)
    """
    with psycopg.connect(postgres.url(product.state)) as connection:
        return connection.execute(statement).fetchone() or ()


def choose(page: Page, label: str, words: re.Pattern[str]) -> None:
    """The option of a list that has these words in it."""
    field = page.get_by_label(label, exact=True)
    field.select_option(value=field.locator("option", has_text=words).first.get_attribute("value"))


def comes_in(people: People, address: str, letter: str) -> Person:
    """Somebody who was invited enters with the code from her mail."""
    person = people.arrive()
    person.go("/accounts/login/")
    enter(person, people.product, address)
    expect(person.page.get_by_text(letter).first).to_be_visible()
    return person


def take_the_pack(office: Person, file: Path, product: Product) -> None:
    """Look at what would change, while nothing has changed, then take it."""
    page = office.page
    office.go("/office/pack/")
    page.get_by_label("Файл пакета").set_input_files(file)
    page.get_by_role("button", name="Показать, что изменится").click()
    expect(page.get_by_text("Это план: ничего ещё не изменено.")).to_be_visible()
    assert counts(product) == (0, 0, 0, 0)
    office.shot("office-41-second-region-plan")
    page.get_by_role("button", name="Принять пакет").click()
    expect(page.get_by_text(re.compile("Пакет «.+» принят"))).to_be_visible()


def agree(office: Person) -> None:
    """An agreement about the topic for those at home, from draft to «действует»."""
    page = office.page
    office.go("/office/agreements/")
    choose(page, "С каким органом", re.compile("[Сс]оциальн|СФР"))
    page.get_by_label("Номер", exact=True).fill("1/2026")
    page.get_by_role("button", name="Начать проект").click()
    page.get_by_role("checkbox", name=f"{TITLE}: из дома").check()
    page.get_by_role("button", name="Сохранить приложение").click()
    expect(page.get_by_text(re.compile("Приложение сохранено"))).to_be_visible()
    page.get_by_role("button", name="На подписание").click()
    page.get_by_role("button", name="Подписано, действует").click()
    expect(page.get_by_text(re.compile("его темы открыты для записи"))).to_be_visible()


def invite_coordinator(office: Person) -> None:
    page = office.page
    office.go("/office/people/invite/")
    page.get_by_label("Имя и фамилия").fill("Вера Графикова")
    page.get_by_label("Рабочая почта").fill(COORDINATOR)
    page.get_by_label("координатор").check()
    choose(page, "Место", re.compile("[Сс]оциальн|СФР"))
    page.get_by_role("button", name="Отправить приглашение").click()
    expect(page.get_by_text("Роль открыта, письмо отправлено.")).to_be_visible()


def draw_hours(coordinator: Person) -> None:
    """A post, and its hours on every day of the week from now on."""
    page = coordinator.page
    coordinator.go("/authority/")
    page.get_by_label("Название поста").fill("Пост 1")
    page.get_by_role("button", name="Добавить пост").click()
    page.get_by_role("link", name="Следующая неделя").click()
    expect(page.get_by_role("grid")).to_be_visible()
    drag(page, "0 2", "6 7")
    page.get_by_role("button", name="Сохранить часы").click()
    expect(page.get_by_text("Часы сохранены")).to_be_visible()


def test_an_empty_installation_takes_the_pack_and_serves_a_citizen(
    people: People, second: People, tmp_path: Path
) -> None:
    before = counts(people.product)
    rostov = people.arrive("office")
    rostov.go("/office/pack/")
    with rostov.page.expect_download() as download:
        rostov.page.get_by_role("link", name="Выгрузить пакет").click()
    file = tmp_path / "rostov.zip"
    download.value.save_as(file)

    office = comes_in(second, FIRST, "Волгоградская область")
    take_the_pack(office, file, second.product)
    assert counts(second.product) == (before[0], 0, 0, 0)
    agree(office)
    invite_coordinator(office)
    draw_hours(comes_in(second, COORDINATOR, "Волгоградская область"))

    citizen = second.arrive(phone=True)
    tell(citizen, STORY, TOPIC)
    citizen.page.get_by_role("link", name="Выбрать время").click()
    citizen.page.locator("button[name=start]").first.click()
    link = introduce(citizen, "Мария Петровна", a_phone())
    assert re.search(r"34-\d{4}", number_of(citizen, link))
    citizen.shot("citizen-41-second-region")
    assert counts(second.product) == (before[0], 0, 1, 1)
    assert counts(people.product) == before, "regions share nothing"
