"""The page behind the secret link, what is taken away from it, and who may see it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from legalaid.dialogue import services as dialogue
from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.reception import services as reception
from legalaid.reception.models import Booking
from legalaid.reception.states import BookingState
from legalaid.result import services as result
from legalaid.result.models import Memo
from legalaid.result.rules import MemoText
from legalaid.result.states import OutcomeCode
from tests.scenes import Region, make_region
from tests.web.citizen.walk import CONTACT, Walk

pytestmark = pytest.mark.django_db

PAGES = ["", "topics/", "topics/all/", "topic/", "time/", "contact/", "done/", "status/", "cancel/", "consent/",
         "zapis.ics", "qr.svg", "memo.pdf"]  # fmt: skip


@pytest.fixture
def region() -> Region:
    return make_region()


@pytest.fixture
def walk(region: Region) -> Walk:
    return Walk(region)


def issued(region: Region) -> Memo:
    """A memo issued in a dialogue that was really held."""
    now = datetime.now(UTC)
    reception.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=now)
    request = region.queued(now=now)
    held = dialogue.admit(help_request_id=request.pk, actor=region.actor("expert"), now=now)
    return result.issue_memo(
        dialogue_id=held.pk, text=MemoText("Про стаж", "Закон", "Подайте заявление", "Паспорт"), revision=0,
        outcome=OutcomeCode.ANSWERED, actor=region.actor("expert"), now=now,
    )  # fmt: skip


def test_a_spoilt_link_is_an_unknown_page(region: Region, client: Client) -> None:
    for token in ("abc", "A" * 38, "я", "0"):
        for page in PAGES:
            answer = client.get(f"/z/{token}/{page}")
            assert answer.status_code == 404
            assert answer.templates[0].name == "404.html"


def test_a_link_of_another_installation_looks_the_same(walk: Walk) -> None:
    walk.book()
    foreign = walk.token[:9] + ("A" if walk.token[9] != "A" else "B") + walk.token[10:]
    answers = []
    for token in (foreign, "abc"):
        answer = walk.client.get(f"/z/{token}/")
        assert answer.status_code == 404
        page = answer.content.decode().replace(token, "")
        answers.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert answers[0] == answers[1]


def test_every_page_behind_the_link_is_private(walk: Walk) -> None:
    walk.book()
    for page in PAGES:
        answer = walk.client.get(walk.at(page))
        assert answer.status_code in ({404} if page == "memo.pdf" else {200, 302})
        assert answer.status_code == 404 or "no-store" in answer["Cache-Control"]
        if answer.status_code == 200:
            assert "noindex" in answer["X-Robots-Tag"]


def test_pages_of_a_draft_lead_on_once_the_number_is_given(walk: Walk) -> None:
    walk.book()
    for page in ("topics/", "topics/all/", "topic/", "time/", "contact/"):
        assert walk.client.get(walk.at(page)).url == walk.at("")


def test_pages_of_a_request_lead_back_while_it_is_a_draft(walk: Walk) -> None:
    walk.tell()
    for page in ("", "done/", "cancel/", "consent/", "zapis.ics"):
        assert walk.client.get(walk.at(page)).url == walk.at("topics/")


def test_steps_say_who_acts_next(walk: Walk) -> None:
    walk.book()
    page = walk.client.get(walk.at("")).content.decode()
    assert "Комната ожидания откроется" in page and 'aria-current="step"' in page
    assert walk.at("dialogue/") not in page
    soon = datetime.now(UTC) + timedelta(minutes=5)
    Booking.objects.update(during=(soon, soon + timedelta(minutes=20)), occupies=(soon, soon + timedelta(minutes=25)))
    assert walk.at("dialogue/") in walk.client.get(walk.at("status/"), headers={"HX-Request": "true"}).content.decode()


def test_the_live_part_is_sent_only_when_it_changed(walk: Walk) -> None:
    walk.book()
    headers = {"HX-Request": "true"}
    first = walk.client.get(walk.at("status/"), headers=headers)
    again = walk.client.get(walk.at("status/"), headers={**headers, "If-None-Match": first["ETag"]})
    assert again.status_code == 304
    walk.client.post(walk.at("cancel/"))
    assert walk.client.get(walk.at("status/"), headers={**headers, "If-None-Match": first["ETag"]}).status_code == 200


def test_cancelling_asks_first_and_twice_is_once(walk: Walk) -> None:
    walk.book()
    assert walk.client.get(walk.at("cancel/")).status_code == 200
    assert HelpRequest.objects.get().state == RequestState.AGREED
    for _ in range(2):
        assert walk.client.post(walk.at("cancel/")).url == walk.at("")
    assert HelpRequest.objects.get().state == RequestState.CANCELLED
    assert Booking.objects.get().state == BookingState.CANCELLED
    page = walk.client.get(walk.at("")).content.decode()
    assert "Заявка отменена" in page and "Рассказать заново" in page


def test_every_icon_of_the_pages_is_in_the_sprite(walk: Walk) -> None:
    pages = ["topics/", "topics/all/", "topic/", "time/", "contact/", "", "done/", "cancel/"]
    walk.as_far_as_contact()
    seen = [walk.client.get(walk.at(page)).content.decode() for page in pages[:5]]
    walk.client.post(walk.at("confirm/"), {"way": "time", **CONTACT})
    seen += [walk.client.get(walk.at(page)).content.decode() for page in pages[5:]]
    walk.client.post(walk.at("cancel/"))
    seen.append(walk.client.get(walk.at("")).content.decode())
    used = set(re.findall(r'<use href="/static/([^"#]+)#([^"]*)"', "".join(seen)))
    assert len(used) > 10
    for file, name in used:
        sprite = finders.find(file)
        assert sprite and f'id="{name}"' in Path(sprite).read_text(encoding="utf-8"), f"no icon «{name}»"


def test_an_answered_request_cannot_be_cancelled(region: Region, client: Client) -> None:
    memo = issued(region)
    token = token_for(memo.help_request_id)
    assert client.post(f"/z/{token}/cancel/").status_code == 409
    assert HelpRequest.objects.get().state == RequestState.ANSWERED


def test_the_calendar_file_and_the_code(walk: Walk) -> None:
    walk.book()
    calendar = walk.client.get(walk.at("zapis.ics"))
    assert calendar["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in calendar.content and b"METHOD:PUBLISH" in calendar.content
    walk.client.post(walk.at("cancel/"))
    assert b"METHOD:CANCEL" in walk.client.get(walk.at("zapis.ics")).content, "opened again, it takes itself out"
    code = walk.client.get(walk.at("qr.svg"))
    assert code["Content-Type"] == "image/svg+xml" and b"<svg" in code.content


def test_the_memo_is_downloaded_by_its_owner_and_checked_by_anyone(region: Region, client: Client) -> None:
    memo = issued(region)
    token = token_for(memo.help_request_id)
    assert "Скачать памятку" in client.get(f"/z/{token}/").content.decode()
    file = client.get(f"/z/{token}/memo.pdf")
    assert file["Content-Type"] == "application/pdf" and file.content.startswith(b"%PDF")
    page = client.get(f"/m/{memo.code}/").content.decode()
    assert "Памятка настоящая" in page and memo.number and memo.number in page
    assert "Гражданка" not in page and "Про стаж" not in page, "the check says nothing about the person"


def test_an_unknown_memo_is_an_unknown_page(region: Region, client: Client) -> None:
    assert client.get("/m/AAAA-BBBB-CCCC/").status_code == 404
    assert client.get("/m/%D1%8F/").status_code == 404


def test_nobody_downloads_a_memo_that_is_not_issued(walk: Walk) -> None:
    walk.book()
    assert walk.client.get(walk.at("memo.pdf")).status_code == 404


def test_the_journey_needs_no_cookie_but_the_form_token(walk: Walk) -> None:
    walk.book()
    walk.client.post(walk.at("confirm/"), {"way": "time", **CONTACT})
    assert set(walk.client.cookies) <= {"csrftoken"}
