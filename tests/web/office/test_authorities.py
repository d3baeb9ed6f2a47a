"""Authorities as the office adds and keeps them: nobody outside sees one before an agreement with it is in force."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from legalaid.directory.models import Agreement, AgreementCoverage, Authority, Topic
from legalaid.directory.services import AuthorityDetails, move_agreement, open_authority, set_authority, set_terms
from legalaid.directory.services.agreements import TERM_LIMITS
from legalaid.journal.models import JournalEntry
from legalaid.kernel.errors import NotFound
from legalaid.people.models import Membership, User
from legalaid.reception.services import open_post
from tests.scenes import NOW, ZONE, Region, make_region

pytestmark = pytest.mark.django_db
SENT = {"name": "Министерство здравоохранения области", "short": "Минздрав области", "plain": "Минздрав", "code": "",
        "level": "regional", "timezone": ZONE, "address": "", "phone": "8 863 200-00-02", "email": ""}  # fmt: skip
NEW = "/office/authorities/new/"


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region()


@pytest.fixture
def office(region: Region) -> Client:
    client = Client()
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    return client


def stand() -> tuple[Any, ...]:
    return list(Authority.objects.order_by("id").values()), JournalEntry.objects.count()


def who() -> str:
    return Client().get("/who/").content.decode()


def test_a_new_authority_is_public_from_the_moment_its_agreement_is_in_force(region: Region, office: Client) -> None:
    page = office.post(NEW, SENT, follow=True).content.decode()
    assert "Орган добавлен" in page
    assert "Действующего соглашения нет" in page
    authority = Authority.objects.get(code="minzdrav")
    assert (authority.level, authority.timezone, authority.phone) == ("regional", ZONE, "+78632000002")
    assert JournalEntry.objects.get(kind="authority", action="open").subject == str(authority.pk)

    # It has a coordinator, a post and a topic: the public page knows nothing of it yet.
    user = User.objects.create_user("minzdrav@example.org", "Координатор")
    Membership.objects.create(user=user, role="coordinator", authority=authority, since=NOW)
    region.users["hers"] = user
    open_post(authority_id=authority.pk, name="Пост 1", actor=region.actor("hers"), now=NOW)
    topic = Topic.objects.create(code="health.pills", area=region.topic.area, authority=authority, minutes=20,
                                 title="Не дают льготное лекарство", ask="Что делать?")  # fmt: skip
    assert "нет: граждане орган не видят" in office.get("/office/authorities/").content.decode()
    assert "Минздрав" not in who()

    actor = region.actor("office")
    office.post("/office/agreements/new/", {"authority": authority.pk, "number": "7/2026"})
    agreement = Agreement.objects.get(number="7/2026")
    AgreementCoverage.objects.create(agreement=agreement, topic=topic, branch=region.branch)
    terms = {name: max(least, 1) for name, (least, _most) in TERM_LIMITS.items()}
    set_terms(agreement_id=agreement.pk, number="7/2026", valid_from=date(2026, 11, 1), valid_until=None,
              signer_body="Министр", signer_centre="Директор", numbers=terms, actor=actor, now=NOW)  # fmt: skip
    move_agreement(agreement_id=agreement.pk, action="send", actor=actor, now=NOW)
    assert "Минздрав" not in who()
    move_agreement(agreement_id=agreement.pk, action="sign", on=date(2026, 11, 20), actor=actor, now=NOW)
    assert "Минздрав" in who()
    assert "+7 863 200-00-02" in who()
    assert "7/2026" in office.get(f"/office/authorities/{authority.pk}/").content.decode()
    move_agreement(agreement_id=agreement.pk, action="terminate", reason="Реорганизация", actor=actor, now=NOW)
    assert "Минздрав" not in who()


def test_a_topic_that_went_to_another_authority_is_not_shown_under_the_former_ones_agreement(region: Region) -> None:
    page = reverse("public:topic", args=[region.topic.code])
    assert region.topic.title in who()
    assert Client().get(page).status_code == 200
    Topic.objects.filter(pk=region.topic.pk).update(authority=region.other_authority)
    assert region.topic.title not in who()
    assert Client().get(page).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "Заполните это поле"), ({"short": ""}, "Заполните это поле"),
        ({"name": "социальный ФОНД"}, "полным названием уже есть"), ({"code": "sfr"}, "Такой код уже у другого"),
        ({"code": "мин здрав"}, "Только латинские буквы"), ({"code": "a" * 51}, "Только латинские буквы"),
        ({"level": "royal"}, "Выберите корректный"), ({"timezone": "Mars/Base"}, "Выберите корректный"),
        ({"phone": "звоните"}, "не похоже на телефон"), ({"email": "почта"}, "не похоже на адрес почты"),
    ],
)  # fmt: skip
def test_a_refused_authority_stands_as_typed_and_changes_nothing(
    region: Region, office: Client, change: dict[str, str], words: str
) -> None:
    before = stand()
    answer = office.post(NEW, {**SENT, "address": "ул. Новая, 7", **change})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "ул. Новая, 7" in page
    assert stand() == before


def test_an_authority_is_written_by_the_office_and_read_by_everybody(region: Region, office: Client) -> None:
    url = f"/office/authorities/{region.authority.pk}/"
    sent = {"name": "Социальный фонд", "short": "СФР", "plain": "Соцфонд", "level": "federal_fund", "timezone": ZONE,
            "address": "пр. Ленина, 1", "phone": "8 863 200-00-01", "email": "sfr@example.org"}  # fmt: skip
    office.post(url, sent)
    region.authority.refresh_from_db()
    assert (region.authority.level, region.authority.phone) == ("federal_fund", "+78632000001")
    shown = who()
    assert "пр. Ленина, 1" in shown
    assert "+7 863 200-00-01" in shown
    assert JournalEntry.objects.filter(kind="authority", action="set").count() == 1
    before = stand()
    office.post(url, sent)  # what is set already is no change
    for wrong in ({"plain": ""}, {"level": "royal"}, {"phone": "звоните"}, {"name": "Инспекция труда"},
                  {"timezone": "Asia/Omsk"}):  # it has posts, whose hours go by its clocks  # fmt: skip
        assert office.post(url, {**sent, **wrong}).status_code == 422
    assert stand() == before


def test_the_clocks_are_set_while_there_are_no_posts(region: Region, office: Client) -> None:
    other = region.other_authority
    sent = {"name": other.name, "short": other.short, "plain": other.plain, "level": other.level,
            "timezone": "Asia/Omsk", "address": "", "phone": "", "email": ""}  # fmt: skip
    office.post(f"/office/authorities/{other.pk}/", sent)
    other.refresh_from_db()
    assert other.timezone == "Asia/Omsk"


def test_nobody_but_the_office_adds_or_writes_one(region: Region) -> None:
    before = stand()
    details = AuthorityDetails("Министерство", "Минздрав", "Минздрав", "regional", ZONE)
    for name in ("coordinator", "operator", "expert", "observer"):
        actor = region.actor(name)
        with pytest.raises(NotFound):
            open_authority(details=details, code="", actor=actor, now=NOW)
        with pytest.raises(NotFound):
            set_authority(authority_id=region.authority.pk, details=details, actor=actor, now=NOW)
    assert stand() == before
