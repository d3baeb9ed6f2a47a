"""An agreement from its templates to its end, in real browsers: what it opens for booking closes everywhere at once."""

from __future__ import annotations

import io
import re
import time

import psycopg
import pytest
from PIL import Image
from playwright.sync_api import expect

from legalaid.ops import postgres
from tests.e2e.conftest import People, Person, Product
from tests.e2e.test_journey import note, secret_link
from tests.e2e.test_queue import a_phone, choose_topic, introduce, number_of, tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
AUTHORITY, SHORT = "notary", "НП Ростовской области"
TOPIC, TITLE = "notary.poa", "Доверенность"
STORY = "Мама лежачая, нужна доверенность на пенсию, нотариус не приходит"
CLOSED = re.compile("нет действующего соглашения")
NO_MORE = re.compile(
    "нет действующего соглашения|сейчас нельзя записаться|Ваше время больше не удержано", re.IGNORECASE
)


def rows(product: Product) -> list[tuple[object, ...]]:
    """Bookings and places in queues of the authority, as the database has them."""
    statement = """
        SELECT b.id, b.state, b.during::text FROM reception_booking b JOIN directory_post p ON p.id = b.post_id
            JOIN directory_authority a ON a.id = p.authority_id WHERE a.code = %(code)s
        UNION ALL SELECT t.id, t.state, t.label FROM reception_ticket t
            JOIN directory_authority a ON a.id = t.authority_id WHERE a.code = %(code)s
        ORDER BY 1, 3
    """
    with psycopg.connect(postgres.url(product.state)) as connection:
        return connection.execute(statement, {"code": AUTHORITY}).fetchall()


def give_back(product: Product, number: str) -> None:
    """The demo's own agreement is in force again, for the tests that come after."""
    with psycopg.connect(postgres.url(product.state)) as connection:
        connection.execute(
            "UPDATE directory_agreement SET state = 'in_force', ended_at = NULL, end_reason = '' WHERE number = %s",
            [number],
        )


def terminate(office: Person, reason: str) -> None:
    page = office.page
    page.get_by_text("Прекратить соглашение").click()
    page.get_by_label("Почему прекращается").fill(reason)
    page.get_by_role("button", name="Прекратить сейчас").click()
    expect(page.get_by_text("Соглашение прекращено: новой записи по нему нет с этой минуты.")).to_be_visible()


def end_the_demos_own(office: Person) -> str:
    """What the demo has with this authority ends first; return its number."""
    page = office.page
    office.go("/office/agreements/?state=in_force")
    link = page.locator("tr", has_text=SHORT).get_by_role("link").first
    number = link.inner_text().removeprefix("№ ")
    link.click()
    terminate(office, "Стороны подписывают новое")
    return number


def make_agreement(office: Person, number: str) -> None:
    """From the clause templates to «действует», with a scan of the signed copy."""
    page = office.page
    office.go("/office/agreements/")
    page.get_by_label("С каким органом").select_option(label=SHORT)
    page.get_by_label("Номер", exact=True).fill(number)
    page.get_by_role("button", name="Начать проект").click()
    page.get_by_label("Действует по").fill("2031-12-31")
    page.get_by_label("Кто подписывает от органа").fill("Президент палаты")
    page.get_by_label("Кто подписывает от МФЦ").fill("Директор")
    page.get_by_label("Постов").fill("2")
    page.get_by_label("Часов приёма в неделю").fill("40")
    page.get_by_role("button", name="Сохранить условия").click()
    for box in page.get_by_role("checkbox", name=re.compile(f"^{TITLE}: (из дома|Ростов)")).all():
        box.check()
    page.get_by_role("button", name="Сохранить приложение").click()
    expect(page.get_by_text(re.compile("Приложение сохранено"))).to_be_visible()
    office.shot("office-21-agreement-draft")
    text = page.get_by_role("link", name="Открыть PDF").get_attribute("href")
    answer = office.context.request.get(office.address + str(text))
    assert answer.ok
    assert answer.body().startswith(b"%PDF")
    page.get_by_role("button", name="На подписание").click()
    page.get_by_role("button", name="Подписано, действует").click()
    expect(page.get_by_text(re.compile("его темы открыты для записи"))).to_be_visible()
    copy = io.BytesIO()
    Image.new("RGB", (900, 1260), "white").save(copy, "PNG")
    page.get_by_label(re.compile("PDF или фотография")).set_input_files(
        {"name": "podpisano.png", "mimeType": "image/png", "buffer": copy.getvalue()}
    )
    page.get_by_role("button", name="Приложить").click()
    expect(page.get_by_role("link", name="podpisano.png")).to_be_visible()


def to_times(citizen: Person) -> None:
    tell(citizen, STORY, TOPIC)
    citizen.page.get_by_role("link", name="Выбрать время").click()
    expect(citizen.page.locator("button[name=start]").first).to_be_visible()


def to_check(citizen: Person, name: str) -> None:
    """The time is held and everything is typed: one button is left."""
    page = citizen.page
    to_times(citizen)
    page.locator("button[name=start]").nth(1).click()
    page.get_by_label("Как к вам обращаться").fill(name)
    page.get_by_label("Телефон", exact=True).fill(a_phone())
    page.get_by_label(re.compile("Я согласен")).check()
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("button", name=re.compile("Всё верно"))).to_be_visible()


def to_desk(operator: Person) -> None:
    """A visitor is typed in at the desk, the time chosen."""
    page = operator.page
    operator.go("/desk/new/")
    choose_topic(page, STORY, TOPIC)
    page.locator("input[name=start]:not([value=now]):not([value=wait])").first.check()
    page.get_by_label("Имя и отчество").fill("Степан Ильич")
    page.get_by_label("Телефон", exact=True).fill(a_phone())
    page.get_by_label(re.compile("Посетитель дал согласие")).check()


def test_an_agreement_opens_booking_and_its_end_closes_every_door(people: People, product: Product) -> None:
    began = time.monotonic()
    office, operator = people.arrive("office"), people.arrive("operator")
    booked, looking, typing = people.arrive(phone=True), people.arrive(), people.arrive()
    former = end_the_demos_own(office)
    try:
        make_agreement(office, f"Б-{time.time_ns() // 10**6 % 10**8}")

        # It opens booking: one citizen books; three others and the desk are one step away when it ends.
        to_times(booked)
        booked.page.locator("button[name=start]").first.click()
        link = introduce(booked, "Раиса Львовна", a_phone())
        number = number_of(booked, link)
        to_times(looking)
        token = secret_link(looking).split("/")[2]
        to_check(typing, "Егор Кузьмич")
        to_desk(operator)
        headers = {"Authorization": f"Bearer {token}"}
        offered = looking.context.request.get(f"{product.address}/api/v1/starts", headers=headers)
        start = offered.json()["starts"][-1]

        before = rows(product)
        terminate(office, "Орган больше не принимает по видео")

        # The very next attempt at each door.
        looking.page.locator("button[name=start]").first.click()
        expect(looking.page.locator("main")).to_contain_text(CLOSED)
        looking.shot("citizen-40-no-agreement")
        typing.page.get_by_role("button", name=re.compile("Всё верно")).click()
        expect(typing.page.locator("main")).to_contain_text(NO_MORE)
        operator.page.get_by_role("button", name="Записать и напечатать талон").click()
        expect(operator.page.locator("main")).to_contain_text(CLOSED)
        api = looking.context.request.post(
            f"{product.address}/api/v1/bookings/hold", headers=headers, data={"start": start}
        )
        assert (api.status, api.json()["code"]) == (409, "not_covered")
        assert rows(product) == before

        # Who had booked is not dropped: she stands on the office's list until somebody decides.
        office.go("/office/decisions/")
        mine = office.page.locator("section", has_text=number)
        expect(mine).to_contain_text(TITLE)
        office.shot("office-22-decisions")
        mine.get_by_role("button", name="Оставить").click()
        expect(office.page.get_by_text("Оставлено: человека примут в это время.")).to_be_visible()
        booked.go(link)
        expect(booked.page.get_by_role("heading", level=1)).to_have_text(number)
        assert rows(product) == before
    finally:
        give_back(product, former)
    note("agreement_from_draft_to_end_ms", round(1000 * (time.monotonic() - began)))
