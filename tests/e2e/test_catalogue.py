"""The office writes a topic and sees the public page follow; what is saved is what a citizen reads."""

import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.conftest import People

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
CODE, TOPIC = "labour.wage", "Не платят или задерживают зарплату"
ANSWER = "Деньги обязаны выплатить **в день увольнения**."


def test_the_public_page_follows_the_draft_and_a_citizen_reads_what_was_saved(people: People) -> None:
    office = people.arrive("office")
    page = office.page
    office.go("/office/catalogue/?check=due")
    expect(page.get_by_text("не проверялся").first).to_be_visible()
    office.shot("catalogue-list")
    office.go(f"/office/catalogue/?words={CODE}")
    page.locator("tbody").get_by_role("link").click()

    shown, answer = page.locator("#topic-preview"), page.get_by_label("Короткий ответ")
    title = page.get_by_label("Название", exact=True)
    title.fill("Опоздание зарплаты")
    expect(shown.get_by_role("heading", name="Опоздание зарплаты")).to_be_visible()
    title.fill(TOPIC)
    answer.fill(f"{ANSWER}\n\n- письмо\n- жалоба")
    expect(shown.locator(".answer strong")).to_have_text("в день увольнения")
    expect(shown.locator(".answer li")).to_have_count(2)
    office.shot("catalogue-topic")

    # Markup is shown as the letters it is, runs nowhere, and is refused in words; what was typed stays.
    answer.fill("<img src=x onerror=alert(1)>")
    expect(shown.locator(".answer")).to_contain_text("<img src=x")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("разметка HTML")
    expect(answer).to_have_value("<img src=x onerror=alert(1)>")
    answer.fill(ANSWER)
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Тема сохранена.")).to_be_visible()
    page.get_by_role("button", name="Проверено", exact=True).click()
    expect(page.get_by_text("закон проверен сегодня")).to_be_visible()
    expect(shown.get_by_text("проверено").first).to_be_visible()

    page.get_by_role("link", name="Открыть памятку этой темы").click()
    expect(page.get_by_role("heading", name="С чего начнёт специалист")).to_be_visible()
    office.shot("catalogue-memo")
    office.go("/office/catalogue/areas/")
    office.shot("catalogue-areas")

    citizen = people.arrive(phone=True)
    citizen.go("/")
    citizen.page.get_by_label("Расскажите, что случилось").fill("Уволили, а зарплату за два месяца не выплатили")
    citizen.page.get_by_role("button").filter(has_text="Найти").first.click()
    citizen.page.get_by_role("button", name=TOPIC).first.click()
    expect(citizen.page.get_by_role("heading", name=TOPIC)).to_be_visible()
    expect(citizen.page.locator(".answer strong")).to_have_text("в день увольнения")
    citizen.page.get_by_text("На какой закон опирается ответ").click()
    expect(citizen.page.get_by_text("проверено").first).to_be_visible()
    citizen.shot("catalogue-public")


def test_the_catalogue_goes_out_as_a_sheet_and_comes_back(people: People) -> None:
    office = people.arrive("office")
    page = office.page
    office.go("/office/catalogue/sheet/")
    office.shot("catalogue-sheet")
    raw = page.context.request.get(f"{office.address}/office/catalogue/export.xlsx").body()

    def bring(minutes: object) -> None:
        book = load_workbook(io.BytesIO(raw))
        sheet = book["Темы"]
        sheet.cell(sheet.max_row, 11).value = minutes
        sheet.cell(sheet.max_row, 7).value = "паспорт\nквитанция"
        out = io.BytesIO()
        book.save(out)
        page.get_by_label("Файл XLSX").set_input_files(
            {"name": "каталог.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}
        )
        page.get_by_role("button", name="Показать, что изменится").click()

    bring("сто")
    expect(page.get_by_text("В файле есть ошибки")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Здесь нужно целое число.")).to_be_visible()
    expect(page.get_by_role("button", name="Принять таблицу")).to_have_count(0)
    office.shot("catalogue-sheet-errors")
    bring(25)
    expect(page.locator("ins", has_text="квитанция")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-count=changed]")).to_have_text("1")
    office.shot("catalogue-sheet-plan")
    page.get_by_role("button", name="Принять таблицу").click()
    expect(page.get_by_text("Файл принят")).to_be_visible(timeout=30_000)
    office.shot("catalogue-sheet-taken")
