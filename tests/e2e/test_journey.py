"""The main job in two real browsers: from plain words to a live dialogue and a memo."""

from __future__ import annotations

import io
import re
import time

import pikepdf
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e.conftest import FITS, SCREENS, People, Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
STORY = "Мне 63 года, пенсию назначили, а в стаж не засчитали семь лет в колхозе. Куда идти?"
STEPS = "Закажите архивную справку о работе в колхозе\nПодайте заявление о перерасчёте"


def note(what: str, value: int) -> None:
    """Keep a figure beside the screenshots."""
    SCREENS.mkdir(exist_ok=True)
    with (SCREENS / "figures.txt").open("a", encoding="utf-8") as file:
        file.write(f"{what} {value}\n")


def on_reception(expert: Person) -> None:
    expert.go("/expert/")
    back = expert.page.get_by_role("link", name="Вернуться в диалог")
    if back.is_visible():  # a test that failed in the middle of a dialogue left it open
        back.click()
        end_dialogue(expert)
        expert.go("/expert/")
    switch = expert.page.get_by_role("button", name="На приёме")
    if switch.is_visible():
        switch.click()
    expect(expert.page.get_by_role("button", name="Закончить приём")).to_be_visible()


def confirm_name(expert: Person) -> None:
    """The room is open, and the name is right: pictures meet."""
    expert.page.wait_for_url("**/expert/dialogue/**")
    expert.page.get_by_role("button", name="Имя верно, начать разговор").click()
    expect(expert.page.locator("dialogue-room[data-state=live]")).to_be_visible()


def answered(office: Person) -> int:
    office.go("/office/")
    return int(office.page.locator("[data-figure=answered]").inner_text())


def tell_the_story(citizen: Person) -> None:
    page = citizen.page
    citizen.go("/")
    citizen.shot("citizen-1-start")
    page.get_by_label("Расскажите, что случилось").fill(STORY)
    page.get_by_role("button", name="Найти, кто поможет").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Похоже на"))
    citizen.shot("citizen-2-topics")
    topics = page.url
    page.get_by_role("link", name=re.compile("показать все темы")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Все темы")
    citizen.shot("citizen-2-all-topics")
    page.goto(topics)
    page.get_by_role("button", name=re.compile("стаж", re.IGNORECASE)).first.click()
    page.wait_for_url("**/topic/")
    citizen.shot("citizen-3-topic")


def leave_contact(citizen: Person, name: str, email: str) -> None:
    page = citizen.page
    page.get_by_label("Как к вам обращаться").fill(name)
    page.get_by_label("Электронная почта").fill(email)
    page.get_by_label(re.compile("Я согласен")).check()
    citizen.shot("citizen-4-contact")
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Проверьте, всё ли верно")
    citizen.shot("citizen-5-check")
    page.get_by_role("button", name=re.compile("Всё верно")).click()
    page.wait_for_url("**/done/")
    citizen.shot("citizen-6-done")


def secret_link(citizen: Person) -> str:
    found = re.search(r"/z/[^/]+/", citizen.page.url)
    assert found
    return found[0]


def test_from_plain_words_to_a_live_dialogue_and_a_memo(people: People) -> None:
    office, expert, citizen = people.arrive("office"), people.arrive("expert"), people.arrive()
    figure = answered(office)
    office.shot("office")
    on_reception(expert)

    tell_the_story(citizen)
    citizen.page.get_by_role("link", name="Поговорить сейчас").or_(
        citizen.page.get_by_role("button", name="Поговорить сейчас")
    ).click()
    leave_contact(citizen, "Мария Петровна", "maria@example.org")
    link = secret_link(citizen)
    number = re.search(r"61-\d{4}", citizen.page.locator(".number").first.inner_text())
    assert number

    citizen.go(link)
    citizen.shot("citizen-7-request-queued")
    citizen.go(link + "dialogue/")
    expect(citizen.page.get_by_role("heading", name="Проверим камеру и звук")).to_be_visible()
    expect(citizen.page.locator("[data-part=check-camera]")).to_have_attribute("data-verdict", "ok")
    citizen.shot("citizen-8-device-check")
    citizen.page.get_by_role("button", name="Войти").click()
    expect(citizen.page.get_by_role("heading", name="Вы в комнате ожидания")).to_be_visible()
    citizen.shot("citizen-9-waiting-room")

    # The expert's screen learns of her by itself.
    card = expert.page.locator("call-card").filter(has_text=number[0])
    expect(card).to_be_visible()
    expect(card.get_by_text("у экрана", exact=True)).to_be_visible()
    expert.shot("expert-1-queue")
    card.get_by_role("link", name="Открыть карточку").click()
    expect(expert.page.get_by_text(STORY)).to_be_visible()
    expert.shot("expert-2-card")
    expert.page.get_by_role("button", name="Принять").click()
    confirm_name(expert)

    for person in (expert, citizen):
        person.wait_for_media()
    note("join_to_first_picture_ms", expert.first_picture())
    expert.shot("expert-3-dialogue")
    citizen.shot("citizen-10-dialogue")

    chat(expert, citizen)
    reload_comes_back(expert, citizen)
    socket_heals(expert, citizen)

    write_memo(expert)
    end_dialogue(expert)
    expect(citizen.page.get_by_role("heading", name="Разговор завершён")).to_be_visible()
    citizen.shot("citizen-11-over")
    issue_memo(expert)

    citizen.go(link)
    expect(citizen.page.get_by_role("link", name="Скачать памятку")).to_be_visible()
    citizen.shot("citizen-12-request-answered")
    check_memo(citizen, link)
    assert answered(office) == figure + 1


def end_dialogue(expert: Person) -> None:
    expert.page.locator("[data-part=end]").click()
    expert.page.locator("[data-part=end-yes]").click()
    expect(expert.page.get_by_role("heading", name="Разговор завершён")).to_be_visible()


def chat(expert: Person, citizen: Person) -> None:
    for person, other, text in ((expert, citizen, "Добрый день, слышно меня?"), (citizen, expert, "Да, слышу хорошо")):
        open_chat(person)
        person.page.locator("[data-part=chat-field]").fill(text)
        person.page.locator("[data-part=chat-field]").press("Enter")
        expect(person.page.locator("[data-part=log]")).to_contain_text(text)
        open_chat(other)
        expect(other.page.locator("[data-part=log]")).to_contain_text(text)


def open_chat(person: Person) -> None:
    room = person.page.locator("dialogue-room")
    if room.get_attribute("data-chat") == "closed":
        person.page.locator("[data-part=chat-toggle]").first.click()


def reload_comes_back(expert: Person, citizen: Person) -> None:
    """Reload in the middle: back, and what was typed but not sent is still there."""
    open_chat(citizen)
    citizen.page.locator("[data-part=chat-field]").fill("Ещё вопрос про трудовую")
    began = time.monotonic()
    citizen.page.reload()
    citizen.wait_for_media()
    note("reload_to_media_ms", round(1000 * (time.monotonic() - began)))
    note("reload_to_first_picture_ms", citizen.first_picture())
    open_chat(citizen)
    expect(citizen.page.locator("[data-part=chat-field]")).to_have_value("Ещё вопрос про трудовую")
    expect(citizen.page.locator("[data-part=log]")).to_contain_text("Да, слышу хорошо")
    expert.wait_for_media()


def socket_heals(expert: Person, citizen: Person) -> None:
    """The line of the page is cut for a while: what is said meanwhile arrives, once and in order."""
    citizen.context.set_offline(True)
    time.sleep(1)
    open_chat(expert)
    expert.page.locator("[data-part=chat-field]").fill("Пока вас не было")
    expert.page.locator("[data-part=chat-field]").press("Enter")
    citizen.context.set_offline(False)
    expect(citizen.page.locator("[data-part=log]").get_by_text("Пока вас не было")).to_have_count(1, timeout=15_000)
    citizen.wait_for_media()


def write_memo(expert: Person) -> None:
    page = expert.page
    page.get_by_label("Что говорит закон").fill("Стаж до 2002 года подтверждают трудовой книжкой или справкой.")
    page.get_by_label("Что делать").fill(STEPS)
    expect(page.locator("[data-save-state]")).to_contain_text("Сохранено", timeout=10_000)


def issue_memo(expert: Person) -> None:
    page = expert.page
    assert page.get_by_label("Что делать").input_value() == STEPS
    page.get_by_role("button", name="Выдать памятку").click()
    expect(page.get_by_role("heading", name="Памятка выдана")).to_be_visible()
    expert.shot("expert-4-memo-issued")


def check_memo(citizen: Person, link: str) -> None:
    answer = citizen.page.request.get(citizen.address + link + "memo.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.body())) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "ru"
    words = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages))
    number = re.search(r"П-61-\d{4}", words)
    assert number
    assert "архивную справку о работе в колхозе" in words
    code = re.search(r"/m/([0-9A-Z-]+)/", words)
    assert code
    citizen.go(f"/m/{code[1]}/")
    expect(citizen.page.get_by_text(number[0])).to_be_visible()
    citizen.shot("citizen-13-memo-check")


def test_a_time_by_appointment_from_home_and_its_cancellation(people: People) -> None:
    citizen = people.arrive(phone=True)
    page = citizen.page
    tell_the_story(citizen)
    page.get_by_role("link", name="Выбрать время").or_(page.get_by_role("button", name="Выбрать время")).first.click()
    page.wait_for_url("**/time/")
    citizen.shot("citizen-20-times")
    page.locator("button[name=start], input[name=start]").first.click()
    if "contact" not in page.url:
        page.get_by_role("button", name="Дальше").click()
    leave_contact(citizen, "Пётр Ильич", "petr@example.org")
    link = secret_link(citizen)
    page.go_back()  # the page before answered her form: a browser that had to send it again would show a fault
    page.wait_for_url(f"**{link}")
    calendar = page.request.get(citizen.address + link + "zapis.ics")
    assert "BEGIN:VEVENT" in calendar.text()
    assert page.request.get(citizen.address + link + "qr.svg").headers["content-type"].startswith("image/svg+xml")
    citizen.go(link)
    citizen.shot("citizen-21-request-agreed")
    citizen.go(link + "consent/")
    citizen.shot("citizen-23-consent")
    citizen.go(link)
    page.get_by_role("link", name="Отменить заявку").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Отменить заявку")
    citizen.shot("citizen-24-cancel")
    page.get_by_role("button", name="Да, отменить").click()
    expect(page.locator("main")).to_contain_text(re.compile("отменена", re.IGNORECASE))
    citizen.shot("citizen-22-cancelled")


def test_the_desk_registers_books_prints_and_starts_a_booth(people: People) -> None:
    operator = people.arrive("operator")
    page = operator.page
    operator.shot("desk-1-day")
    page.get_by_role("link", name="Новый посетитель").first.click()
    page.get_by_label("Что случилось, словами посетителя").fill(STORY)
    page.get_by_role("button", name="Подобрать тему").click()
    page.get_by_role("button", name=re.compile("стаж", re.IGNORECASE)).first.click()
    page.get_by_label("Имя и отчество").fill("Галина Фёдоровна")
    page.get_by_label(re.compile("Посетитель дал согласие")).check()
    # The last one: a booking due soon would keep the live queue of another test waiting.
    page.locator("input[name=start]:not([value=now]):not([value=wait])").last.check()
    operator.shot("desk-2-register")
    page.get_by_role("button", name="Записать и напечатать талон").click()
    page.wait_for_url("**/desk/slip/**")
    expect(page.locator(".slip")).to_contain_text("61-")
    operator.shot("desk-3-slip")


def test_a_booth_forgets_the_operator_and_opens_by_code_only(people: People) -> None:
    booth = people.arrive("operator")
    page = booth.page
    page.get_by_role("button", name="Этот компьютер — это место").first.click()
    page.wait_for_url("**/kiosk/")
    expect(page.get_by_role("heading", name="Свободно")).to_be_visible()
    booth.shot("kiosk-1-free")
    page.get_by_label("Введите код, который назвал сотрудник").fill("0000")
    page.get_by_role("button", name="Начать").click()
    expect(page.get_by_text("Такого кода нет")).to_be_visible()
    booth.go("/desk/")
    assert "/accounts/login/" in page.url
    booth.shot("login")
    page.get_by_role("textbox").first.fill("operator@demo.invalid")
    page.get_by_role("button", name="Прислать код").click()
    expect(page.get_by_role("heading", name="Код для входа")).to_be_visible()
    booth.shot("login-code")


def test_bad_input_gets_a_clear_answer_in_the_browser(people: People) -> None:
    citizen = people.arrive(phone=True)
    page = citizen.page
    citizen.go("/")
    page.get_by_role("button", name="Найти, кто поможет").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("Напишите хотя бы несколько слов")
    citizen.shot("error-empty-story")
    for path in ("/z/" + "A" * 38 + "/", "/z/x/", "/m/AAAA-AAAA-AAAA/", "/nothing/"):
        answer = page.goto(citizen.address + path)
        assert answer and answer.status == 404
    citizen.shot("error-unknown-page")


def test_the_other_staff_pages(people: People) -> None:
    for role, path in (("coordinator", "/authority/"), ("observer", "/figures/")):
        person = people.arrive(role)
        person.go(path)
        expect(person.page.get_by_role("heading", level=1)).to_be_visible()
        person.shot(role)


def test_letters_twice_as_large_stay_on_the_screen_of_a_phone(people: People) -> None:
    citizen = people.arrive(phone=True)
    citizen.go("/")
    head = citizen.page.locator(".site-head-in").bounding_box()
    assert head is not None and head["height"] < 90  # the name and the eye are one row
    citizen.page.locator(".head-tools").get_by_role("button", name="Для слабовидящих").click()
    citizen.page.get_by_role("button", name="200 %").click()
    for path in ("/", "/where/", "/about/"):
        citizen.go(path)
        assert citizen.page.evaluate(FITS), path
