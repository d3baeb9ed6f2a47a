"""The office runs network and people from the browser: a booth breaks, a branch closes, a colleague is invited."""

from __future__ import annotations

import email
import email.policy
import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import expect

from legalaid.ops import postgres
from tests.e2e.conftest import People, Person, Product
from tests.e2e.test_queue import SOON, book_at_desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
STORY, TOPIC = "Не платят зарплату третий месяц, начальник обещает и не отдаёт", "labour.wage"
LETTER_WITHIN = 30
"""Seconds until a letter of the worker is in the folder."""


def letter_to(product: Product, address: str, words: str) -> str:
    """The newest letter to somebody that has these words in it; the demo writes its letters into files."""
    until = time.monotonic() + LETTER_WITHIN
    while time.monotonic() < until:
        files = sorted((product.state / "mail").glob("*.log"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for file in files:
            for part in file.read_bytes().split(b"-" * 79):
                letter = email.message_from_bytes(part.strip(), policy=email.policy.default)
                if address in str(letter.get("To", "")):
                    body = letter.get_body(("plain",))
                    text = str(body.get_content()) if body else ""
                    if words in text:
                        return text
        time.sleep(0.3)
    pytest.fail(f"no letter to {address} within {LETTER_WITHIN} s")


def enter(person: Person, product: Product, address: str) -> None:
    """Her address, then the code from her mail."""
    page = person.page
    page.get_by_label(re.compile("электронной почты")).fill(address)
    page.get_by_role("button", name="Прислать код").click()
    text = letter_to(product, address, "код")
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text, re.MULTILINE)
    assert code, text
    page.get_by_label(re.compile("Код", re.IGNORECASE)).fill(code[1])
    page.get_by_role("button", name="Войти").click()


def test_a_colleague_is_invited_enters_works_and_changes_her_role(people: People, product: Product) -> None:
    office = people.arrive("office")
    page, address = office.page, f"new{time.time_ns()}@demo.invalid"
    office.go("/office/people/invite/")
    page.get_by_label("Имя и фамилия").fill("Зоя Никитична")
    page.get_by_label("Рабочая почта").fill(address)
    page.get_by_label("оператор МФЦ").check()
    page.get_by_label("Место").select_option(label="МФЦ города Азова")
    page.get_by_role("button", name="Отправить приглашение").click()
    expect(page.get_by_text("Роль открыта, письмо отправлено.")).to_be_visible()
    expect(page.get_by_text("Этот человек ещё ни разу не вошёл.")).to_be_visible()
    hers_here = page.url

    # The letter leads to the door; there are no passwords, the code comes to the same address.
    invitation = letter_to(product, address, "Проектный офис открыл вам доступ")
    assert "оператор МФЦ, МФЦ города Азова" in invitation
    link = re.search(r"https?://\S+/accounts/login/", invitation)
    assert link
    colleague = people.arrive()
    colleague.go(link[0])
    enter(colleague, product, address)
    colleague.page.wait_for_url("**/desk/")
    expect(colleague.page.locator("main")).to_contain_text("МФЦ города Азова")
    refused = colleague.context.request.get(product.address + "/office/people/")
    assert refused.status == 404
    office.go(hers_here)
    expect(page.get_by_text("здесь последний раз")).to_be_visible()
    expect(page.get_by_text("Этот человек ещё ни разу не вошёл.")).to_have_count(0)
    office.shot("office-31-person")

    # A second role, under the very name she is known by; then she works in it alone, and in both again.
    page.get_by_role("link", name="Добавить роль").click()
    expect(page.get_by_label("Имя и фамилия")).to_have_value("Зоя Никитична")
    page.get_by_label("наблюдатель").check()
    page.get_by_label("Место").select_option(label="Весь регион")
    page.get_by_role("button", name="Отправить приглашение").click()
    expect(page.get_by_text("ему добавлена ещё одна роль")).to_be_visible()
    hers = colleague.page
    hers.reload()
    hers.locator("details.menu-end summary").click()
    hers.get_by_role("button", name="наблюдатель").click()
    hers.wait_for_url("**/figures/**")
    assert colleague.context.request.get(product.address + "/desk/").status == 404
    hers.locator("details.menu-end summary").click()
    hers.get_by_role("button", name="все роли").click()
    hers.wait_for_url("**/desk/")

    # She leaves today: the page she has open is the last one.
    office.go(hers_here)
    page.get_by_label("Не работает с").fill(datetime.now(ZoneInfo("Europe/Moscow")).date().isoformat())
    page.get_by_role("button", name="Записать уход").click()
    expect(page.get_by_text("День ухода записан.")).to_be_visible()
    hers.reload()
    expect(hers.get_by_role("heading", name="Вход для сотрудников")).to_be_visible()


def branch_of_booking(product: Product, number: str) -> tuple[int, int, str, str]:
    """(branch, booth, its name, local day) of the booking of a request."""
    statement = """
        SELECT b.branch_id, b.id, b.name, (lower(k.during) AT TIME ZONE r.timezone)::date::text
        FROM reception_booking k JOIN directory_booth b ON b.id = k.booth_id
        JOIN directory_branch r ON r.id = b.branch_id
        JOIN intake_helprequest q ON q.id = k.help_request_id WHERE q.number = %s
    """
    with psycopg.connect(postgres.url(product.state)) as connection:
        row = connection.execute(statement, [number]).fetchone()
    assert row
    return row


def test_a_booth_breaks_a_branch_closes_and_each_booking_is_decided(people: People, product: Product) -> None:
    operator, office = people.arrive("operator"), people.arrive("office")
    page = office.page
    number = book_at_desk(operator, "Агриппина Саввична", STORY, TOPIC, late=True)
    branch, booth, name, day = branch_of_booking(product, number)
    mine = page.locator("fieldset", has_text=number)

    def keep_the_others() -> None:
        for other in page.locator("fieldset.touched").filter(has_not_text=number).all():
            other.get_by_label(re.compile("^Оставить")).check()

    # The desk is open when the booth breaks: it shows there by itself.
    operator.go("/desk/")
    expect(operator.page.locator("thead")).not_to_contain_text("не работает")
    office.go(f"/office/network/{branch}/")
    box = page.locator("details", has_text=name).first
    box.locator("summary").click()
    box.get_by_label("Сломалось? Почему место не работает").fill("Не включается экран")
    box.get_by_role("button", name="Место не работает").click()
    expect(page.get_by_role("heading", name=re.compile("Изменение затронет"))).to_be_visible()
    office.shot("office-32-booth-out")
    try:
        keep_the_others()
        mine.get_by_label(re.compile("Принять на другом месте|Перенести на|Оставить")).last.check()
        page.get_by_role("button", name="Сохранить").click()
        expect(page.get_by_text("Место отключено: записи туда нет.")).to_be_visible()
        office.shot("office-33-branch")
        expect(operator.page.locator("thead")).to_contain_text("не работает", timeout=SOON)
        assert branch_of_booking(product, number)[1] != booth
        operator.shot("desk-31-booth-out")
    finally:
        office.go(f"/office/network/{branch}/")
        page.locator("details", has_text=name).first.locator("summary").click()
        page.get_by_role("button", name="Место снова работает").click()
        expect(page.get_by_text("Место снова работает: туда можно записаться.")).to_be_visible()
    expect(operator.page.locator("thead")).not_to_contain_text("не работает", timeout=SOON)

    # The branch closes on that day: nothing is saved before it is said what becomes of the booking.
    day = branch_of_booking(product, number)[3]
    office.go(f"/office/network/{branch}/")
    page.get_by_label("С дня").fill(day)
    page.get_by_label("По день").fill(day)
    page.get_by_label("Причина").first.fill("Отключение света")
    page.get_by_role("button", name="Записать закрытие").click()
    expect(mine).to_be_visible()
    keep_the_others()
    mine.get_by_label(re.compile("^Отменить и объяснить")).check()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("к отмене напишите причину")).to_be_visible()
    assert branch_of_booking(product, number)[3] == day
    mine.get_by_label("Почему отменяем").fill("В этот день не будет света")
    office.shot("office-34-closure")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Закрытие записано: записи на эти дни нет.")).to_be_visible()
    try:
        with psycopg.connect(postgres.url(product.state)) as connection:
            statement = "SELECT state FROM intake_helprequest WHERE number = %s"
            assert connection.execute(statement, [number]).fetchone() == ("cancelled",)
        citizen = people.arrive(phone=True)
        citizen.go("/where/")
        citizen.page.get_by_role("link").filter(has_text="МФЦ").first.wait_for()
        code = code_of_branch(product, branch)
        citizen.go(f"/where/{code}/")
        expect(citizen.page.locator("main")).to_contain_text("Отключение света")
    finally:
        office.go(f"/office/network/{branch}/")
        page.locator("li", has_text="Отключение света").get_by_role("button").click()
        expect(page.get_by_text("Закрытие убрано: отделение работает.")).to_be_visible()


def code_of_branch(product: Product, branch: int) -> str:
    """How a branch is called in addresses."""
    with psycopg.connect(postgres.url(product.state)) as connection:
        row = connection.execute("SELECT code FROM directory_branch WHERE id = %s", [branch]).fetchone()
    assert row
    return str(row[0])
