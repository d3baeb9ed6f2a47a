"""Papers in real browsers: a photo by telephone, one page with a pointer both see, printed at the desk."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.e2e.conftest import People, Person
from tests.e2e.test_journey import end_dialogue
from tests.e2e.test_queue import FIRST, FRIDGE, SOON, accept, enter_room, on_reception, register_walk_in
from tests.e2e.test_room import open_panel

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]


def photo() -> bytes:
    """A sheet with words on it, as a telephone would send it: turned, and with a place in it."""
    sheet = Image.new("RGB", (1200, 1600), "white")
    draw = ImageDraw.Draw(sheet)
    for line in range(20):
        draw.rectangle((120, 150 + 65 * line, 1050 - 40 * (line % 4), 175 + 65 * line), fill="#333333")
    exif = Image.Exif()
    exif[0x010F] = "SECRET-PHONE"
    out = io.BytesIO()
    sheet.save(out, "JPEG", exif=exif)
    return out.getvalue()


def by_telephone(people: People, citizen: Person) -> None:
    """The code of the room opens a page without a login; it sends a photo and shows nothing of the request."""
    open_panel(citizen, "Бумаги")
    citizen.page.get_by_role("button", name="Сфотографировать телефоном").click()
    address = citizen.page.locator("[data-part=phone-place] a").get_attribute("href")
    assert address
    phone = people.arrive(phone=True)
    phone.go(address)
    expect(phone.page.get_by_role("heading", name="Сфотографируйте документ")).to_be_visible()
    assert "Иван Кузьмич" not in phone.page.content()
    phone.page.locator("#photo").set_input_files({"name": "чек.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    phone.page.get_by_role("button", name="Отправить снимок").click()
    expect(phone.page.get_by_text("Снимок отправлен")).to_be_visible(timeout=SOON)
    phone.shot("papers-1-phone")


def one_page_for_both(expert: Person, citizen: Person) -> None:
    open_panel(expert, "Бумаги")
    pick = expert.page.locator("[data-show-paper]")
    expect(pick).to_contain_text("чек.jpg", timeout=SOON)
    pick.click()
    for person in (expert, citizen):
        image = person.page.locator("[data-part=sheet-image]")
        expect(image).to_be_visible(timeout=SOON)
        person.page.wait_for_function("() => document.querySelector('[data-part=sheet-image]').naturalWidth > 0")
    sheet = citizen.page.locator("[data-part=sheet]")
    expert.page.locator("[data-part=sheet-turn]").click()
    expect(sheet).to_have_attribute("data-turn", "1")
    expert.page.locator("[data-part=sheet-larger]").click()
    expect(sheet).to_have_attribute("data-zoom", "140")
    citizen.page.locator("[data-part=sheet-smaller]").click()
    expect(expert.page.locator("[data-part=sheet]")).to_have_attribute("data-zoom", "100")
    expert.page.locator("[data-part=sheet-view]").hover(position={"x": 300, "y": 160})
    expect(citizen.page.locator("[data-part=sheet-pointer]")).to_be_visible()
    citizen.shot("papers-2-shared-citizen")
    expert.shot("papers-2-shared-expert")
    citizen.page.reload()  # whoever comes back sees what the others see
    expect(sheet).to_have_attribute("data-turn", "1", timeout=SOON)


def print_it(expert: Person, operator: Person) -> None:
    open_panel(expert, "Бумаги")
    expert.page.get_by_role("button", name="Напечатать в МФЦ").click()
    row = operator.page.locator(".person", has_text="просит специалист")
    expect(row).to_be_visible(timeout=SOON)
    operator.shot("papers-3-desk")
    row.get_by_role("link", name="Напечатать").click()
    operator.page.wait_for_function("() => document.querySelector('.paper-sheets img').naturalWidth > 0")
    operator.page.get_by_role("button", name="Отдал посетителю").click()
    expect(operator.page.locator(".person", has_text="просит специалист")).to_have_count(0)
    expect(expert.page.locator(".papers")).to_contain_text("напечатан", timeout=SOON)


def test_photo_by_telephone_shared_page_and_print(people: People) -> None:
    expert, operator, citizen = people.arrive(FIRST), people.arrive("operator"), people.arrive(phone=True)
    on_reception(expert)
    _number, _code, link = register_walk_in(operator, "Иван Кузьмич", FRIDGE, "consumer.defect")
    operator.go("/desk/")
    enter_room(citizen, link)
    accept(expert, "Иван Кузьмич")
    for person in (expert, citizen):
        person.wait_for_media()
    by_telephone(people, citizen)
    one_page_for_both(expert, citizen)
    chat_with_receipts(expert, citizen)
    print_it(expert, operator)
    look_in(operator, citizen)
    end_dialogue(expert)


def chat_with_receipts(expert: Person, citizen: Person) -> None:
    open_panel(citizen, "Чат") if citizen.page.locator("[data-part=chat-field]").is_hidden() else None
    citizen.page.locator("[data-part=chat-field]").fill("Это чек на холодильник")
    citizen.page.locator("[data-part=chat-field]").press("Enter")
    mine = citizen.page.locator(".said-own", has_text="Это чек на холодильник")
    expect(mine).to_contain_text("доставлено", timeout=SOON)
    expert.page.locator("[data-part=chat-toggle]").click()
    expect(mine).to_contain_text("прочитано", timeout=SOON)


def look_in(operator: Person, citizen: Person) -> None:
    """The operator comes in from the desk, types captions and goes."""
    operator.go("/desk/")
    operator.page.get_by_role("link", name="Войти в разговор").first.click()
    expect(citizen.page.locator(".face")).to_have_count(2, timeout=SOON)
    operator.page.locator("[data-part=captions-field]").fill("Специалист спрашивает про гарантию")
    operator.page.locator("[data-part=captions-field]").press("Enter")
    expect(citizen.page.locator("[data-part=captions]")).to_contain_text(re.compile("про гарантию"))
    citizen.shot("papers-4-captions")
    operator.page.get_by_role("button", name="Выйти").last.click()
    expect(citizen.page.locator(".face")).to_have_count(1, timeout=SOON)
