"""Registration at the desk: what cannot be understood is refused beside its field, never dropped without a word."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from legalaid.directory.states import Language
from legalaid.intake.models import HelpRequest, ThirdParty
from legalaid.journal.models import JournalEntry
from legalaid.people.models import Citizen, Consent
from legalaid.reception import services
from legalaid.reception.models import Booking
from tests.scenes import NOW, Region, at, make_region, of

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday 23 November 2026, 09:00 in Rostov
    return make_region()


def form(region: Region, **given: str) -> dict[str, str]:
    return {
        "story": "Не засчитали стаж", "topic": region.topic.code, "name": "Анна Петровна", "phone": "8 928 123-45-67",
        "consent": "on", "start": at(10, 15).isoformat(), "submission": "a" * 32, "book": "1",
    } | given  # fmt: skip


def refused(region: Region, **given: str) -> str:
    """The page that a refused registration answers; nothing at all is written."""
    before = JournalEntry.objects.count()
    answer = of(region).post("/desk/new/", form(region, **given), headers=SCRIPT)
    assert answer.status_code == 200 and "HX-Redirect" not in answer.headers
    assert JournalEntry.objects.count() == before
    for model in (HelpRequest, Booking, Citizen, Consent, ThirdParty):
        assert not model.objects.exists()
    return answer.content.decode()


def beside(page: str, name: str) -> str:
    """What is said beside a field; '' for nothing."""
    found = re.search(rf'<div id="id_{name}_error">(.*?)</div>', page, re.DOTALL)
    return found[1] if found else ""


def folded(page: str, summary: str) -> bool:
    """Whether a part of the form that unfolds is closed."""
    found = re.search(rf"<details([^>]*)>\s*<summary>{summary}", page)
    assert found
    return "open" not in found[1]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("20266-11-30", "Укажите дату"),
        ("31.02.2026", "Укажите дату"),
        ("2026-11-22", "Этот срок уже прошёл"),
        ("9999-12-31", "не больше 10 лет вперёд"),
    ],
)
def test_a_deadline_that_cannot_be_one_is_refused_and_kept(region: Region, day: str, words: str) -> None:
    page = refused(region, deadline_on=day)
    assert beside(page, "deadline_on").count(words) == 1
    assert f'value="{day}"' in page and not folded(page, "Особые условия")


@pytest.mark.parametrize("day", ["2026-11-23", "2036-11-20", ""])
def test_a_deadline_of_today_or_within_ten_years_is_written(region: Region, day: str) -> None:
    assert of(region).post("/desk/new/", form(region, deadline_on=day)).status_code == 302
    written = HelpRequest.objects.get().deadline_on
    assert (written.isoformat() if written else "") == day


def test_the_browser_has_the_words_for_a_date_typed_in_part(region: Region) -> None:
    page = of(region).get("/desk/new/").content.decode()
    assert 'data-bad="Укажите дату: день, месяц, год."' in page  # register.test.ts: it holds the form with them


@pytest.mark.parametrize("typed", [{"behalf_relation": "child"}, {"behalf_phrase": "Синий ёж"}])
def test_a_third_party_without_a_name_is_refused_beside_the_name(region: Region, typed: dict[str, str]) -> None:
    page = refused(region, **typed)
    assert "Укажите имя представителя." in beside(page, "behalf_name")
    assert not folded(page, "За гражданина")


def test_each_refusal_of_a_third_party_stands_beside_its_own_field(region: Region) -> None:
    page = refused(region, behalf_name="Пётр", behalf_relation="child", behalf_phrase="Ёж")
    assert "слишком короткая" in beside(page, "behalf_phrase") and not beside(page, "behalf_relation")
    page = refused(region, behalf_name="Пётр", behalf_phrase="Синий ёж")
    assert "кем представитель приходится" in beside(page, "behalf_relation") and not beside(page, "behalf_phrase")


@pytest.mark.parametrize(
    "typed", [{"behalf_name": "Пётр"}, {"behalf_relation": "child"}, {"behalf_phrase": "Синий ёж"}]
)
def test_the_third_party_stays_open_after_a_refusal_of_something_else(region: Region, typed: dict[str, str]) -> None:
    assert not folded(refused(region, name="", **typed), "За гражданина")
    assert folded(of(region).get("/desk/new/").content.decode(), "За гражданина")


def test_all_that_the_person_lacks_is_said_at_once(region: Region) -> None:
    page = refused(region, name="", phone="12", email="нет", consent="", story="")
    for name in ("story", "name", "phone", "email", "consent"):
        assert beside(page, name).count("field-error") == 1, name
    page = refused(region, start="", name="", phone="")
    assert "Выберите время" in page and beside(page, "name") and not beside(page, "phone"), "no telephone is no fault"
    assert "Нужен телефон" in page and beside(refused(region, start="wait", phone="", consent=""), "phone")


def test_the_suggested_topics_stay_after_a_refusal(region: Region) -> None:
    page = refused(region, story="мне не засчитали годы стажа в колхозе", name="")
    assert 'id="found-' in page and 'name="offered"' in page


def languages(page: str) -> list[str]:
    found = re.search(r'<select name="interpreter".*?</select>', page, re.DOTALL)
    assert found
    return re.findall(r'<option value="(\w+)"', found[0])


def test_the_languages_follow_the_chosen_topic_and_a_chosen_one_stays(region: Region) -> None:
    services.set_expert_profile(
        authority_id=region.authority.pk, user_id=region.users["expert"].pk, topic_codes=[],
        languages=[Language.ARMENIAN], actor=region.actor("coordinator"), now=NOW,
    )  # fmt: skip
    assert languages(of(region).get("/desk/new/").content.decode()) == []
    looked = {"story": "Не засчитали стаж", "topic": region.topic.code, "interpreter": "hy"}
    page = of(region).post("/desk/new/", looked, headers=SCRIPT).content.decode()
    assert languages(page) == ["hy"] and '<option value="hy" selected>' in page
    buttons = re.findall(r'<button class="choice[^>]*name="topic"[^>]*>', page)
    assert buttons and all('hx-select-oob="#register-when,#register-interpreter"' in one for one in buttons)
    assert re.search(r'<div id="register-interpreter">.*?<select name="interpreter"', page, re.DOTALL)


def test_a_language_that_the_topic_does_not_offer_is_refused_not_dropped(region: Region) -> None:
    assert "выбранного языка нет" in beside(refused(region, interpreter="hy"), "interpreter")


def test_the_browser_is_told_not_to_bring_the_visitor_before_back(region: Region) -> None:
    page = of(region).get("/desk/new/").content.decode()
    for tag in ('form id="register"', 'textarea name="story"', 'input type="checkbox" name="consent"'):
        found = re.search(rf"<{tag}[^>]*>", page)
        assert found and 'autocomplete="off"' in found[0], tag


@pytest.mark.parametrize(
    ("field", "text"),
    [("topic", "pension\x00"), ("email", f"a@{'.'.join(letter * 60 for letter in 'bcdef')}.ru"), ("name", "А\x00а")],
)
def test_what_no_column_holds_is_a_plain_refusal(region: Region, field: str, text: str) -> None:
    assert refused(region, **{field: text})
    looked = {key: value for key, value in form(region, **{field: text}).items() if key != "book"}
    assert of(region).post("/desk/new/", looked, headers=SCRIPT).status_code == 200


def test_a_key_of_no_form_of_ours_is_ignored(region: Region) -> None:
    assert of(region).post("/desk/new/", form(region, submission="a" * 500)).status_code == 302
    assert HelpRequest.objects.get().submission is None
