"""The office writes a topic and sees the public page follow; what is saved is what a citizen reads."""

import pytest
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
