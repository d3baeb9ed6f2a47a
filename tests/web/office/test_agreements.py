"""The office's agreements: from draft to end, the annex, additional agreements; what is bookable follows at once."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from legalaid.directory import services
from legalaid.directory.models import Agreement, AgreementCoverage, Branch, MethodPart, Topic
from legalaid.directory.pack import PACKS, read_pack
from legalaid.directory.states import AgreementState, PartKind
from legalaid.intake.links import token_for
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.reception import services as reception
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.refusals import TopicNotCovered
from legalaid.web.office.agreements import show_agreement
from tests.scenes import CONTACT, NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
TERMS = {
    "number": "7/2026", "valid_from": "2026-11-23", "valid_until": "2027-11-22", "signer_body": "Управляющий",
    "signer_centre": "Директор", "norm_posts": "2", "norm_hours": "40", "agree_days": "1", "hold_days": "5",
    "wait_minutes": "15",
}  # fmt: skip


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_region()


def office(region: Region) -> Client:
    client = Client()
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    return client


def step(client: Client, agreement: Agreement, action: str, **form: str) -> str:
    answer = client.post(f"/office/agreement/{agreement.pk}/{action}/", form, follow=True)
    agreement.refresh_from_db()
    return str(answer.content.decode())


def snapshot() -> list[object]:
    tables = (Agreement, AgreementCoverage, Booking)
    return [row for table in tables for row in table.objects.order_by("pk").values_list()] + [
        JournalEntry.objects.count()
    ]


def test_from_a_draft_to_the_first_booking_and_to_the_end(region: Region) -> None:
    client = office(region)
    assert client.post("/office/agreements/new/", {"number": "7/2026", "authority": str(region.other_authority.pk)})
    draft = Agreement.objects.get(number="7/2026")
    assert "Приложение пустое" in step(client, draft, "send")
    assert "Условия сохранены" in step(client, draft, "terms", **TERMS)
    cells = {"cell": [f"{region.other_topic.pk}@home", f"{region.other_topic.pk}@{region.branch.pk}"]}
    page = client.post(f"/office/agreement/{draft.pk}/annex/", cells, follow=True).content.decode()
    assert "добавлено 2, убрано 0" in page
    topic = region.other_topic
    asked = region.draft(topic=topic)
    with pytest.raises(TopicNotCovered):
        reception.hold(help_request_id=asked.pk, start=at(10), branch_id=None, now=NOW, actor=citizen(asked))
    step(client, draft, "send")
    assert draft.state == AgreementState.SIGNING
    assert "Укажите день" in step(client, draft, "sign")
    assert "Соглашение действует" in step(client, draft, "sign", signed_on="2026-11-23")
    assert (draft.state, draft.signed_on, draft.norm_hours) == (AgreementState.IN_FORCE, TODAY, 40)
    assert "Напишите, почему" in step(client, draft, "terminate")
    assert draft.state == AgreementState.IN_FORCE
    assert "Новой записи по нему нет" in step(client, draft, "terminate", reason="Орган  отказался")
    assert (draft.state, draft.end_reason, draft.ended_at) == (AgreementState.ENDED, "Орган отказался", NOW)
    told = JournalEntry.objects.filter(kind="agreement", subject=str(draft.pk)).order_by("id")
    assert [one.action for one in told] == ["draft", "terms", "annex", "send", "sign", "terminate"]


def by_page(region: Region) -> Callable[[], object]:
    request = region.draft()
    url = f"/z/{token_for(request.pk)}/time/"
    return lambda: Client().post(url, {"start": at(10, 15).isoformat(), "place": "home"})


def by_service(region: Region) -> Callable[[], object]:
    request = region.draft()
    return lambda: reception.hold(
        help_request_id=request.pk, start=at(10, 15), branch_id=None, actor=citizen(request), now=NOW
    )


def by_open_form(region: Region) -> Callable[[], object]:
    """Her name is half typed: the time is held already."""
    booking = region.held(at(10, 15))
    return lambda: reception.confirm_booking(
        help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=NOW, **CONTACT
    )


def by_desk(region: Region) -> Callable[[], object]:
    return lambda: region.at_desk(at(10, 15))


def by_queue(region: Region) -> Callable[[], object]:
    reception.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    return region.queued


def by_api(region: Region) -> Callable[[], object]:
    request = region.draft()
    headers = {"Authorization": f"Bearer {token_for(request.pk)}"}
    return lambda: Client().post(
        "/api/v1/bookings/hold", {"start": at(10, 15).isoformat()}, "application/json", headers=headers
    )


DOORS = [by_page, by_service, by_open_form, by_desk, by_api, by_queue]


def taken() -> list[object]:
    """Bookings and places in queues."""
    rows = list(Booking.objects.order_by("id").values_list("id", "state", "during"))
    return [*rows, *Ticket.objects.order_by("id").values_list("id", "state")]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("ended", [False, True])
def test_at_the_end_the_very_next_attempt_is_refused_at_every_door(
    region: Region, door: Callable[[Region], Callable[[], object]], ended: bool
) -> None:
    """Without the end the same attempt books: the control."""
    book = door(region)
    if ended:
        services.move_agreement(
            agreement_id=region.agreement.pk, action="terminate", actor=region.actor("office"), now=NOW, reason="Конец"
        )
    places = taken()
    try:
        answer: Any = book()
    except TopicNotCovered:
        answer = None
    if not ended:
        assert taken() != places, getattr(answer, "content", b"").decode()[:500]
        return
    assert taken() == places


@pytest.mark.parametrize("at_branch", [False, True])
def test_who_meets_the_end_on_an_open_page_is_told_so(region: Region, at_branch: bool) -> None:
    """Not sent to other times or centres that are not there, not met by an unknown page."""
    request = region.draft()
    services.move_agreement(
        agreement_id=region.agreement.pk, action="terminate", actor=region.actor("office"), now=NOW, reason="Конец"
    )
    form = {"start": at(10, 15).isoformat(), "where": str(region.branch.pk) if at_branch else "home"}
    answer = Client().post(f"/z/{token_for(request.pk)}/time/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Записаться нельзя", "нет действующего соглашения", "Сейчас по этой теме не записывают", "Позвоните"):
        assert words in page, words
    assert "Выберите центр выше" not in page


def test_an_additional_agreement_replaces_the_one_it_amends(region: Region) -> None:
    client, old = office(region), region.agreement
    step(client, old, "amend", number="1-Д/2026")
    version = Agreement.objects.get(number="1-Д/2026")
    assert version.amends == old
    assert version.coverage.count() == old.coverage.count() == 2
    services.set_terms(
        agreement_id=version.pk, number="1-Д/2026", valid_from=TODAY + timedelta(days=10), valid_until=None,
        signer_body="", signer_centre="", actor=region.actor("office"), now=NOW,
        numbers={"norm_posts": 1, "norm_hours": 1, "agree_days": 1, "hold_days": 5, "wait_minutes": 15},
    )  # fmt: skip
    step(client, version, "send")
    step(client, version, "sign", signed_on="2026-11-23")
    old.refresh_from_db()
    assert (old.state, old.valid_until) == (AgreementState.IN_FORCE, TODAY + timedelta(days=9))
    step(client, version, "amend", number="1-Д2/2026")
    next_version = Agreement.objects.get(number="1-Д2/2026")
    step(client, next_version, "send")
    step(client, next_version, "sign", signed_on="2026-11-23")
    version.refresh_from_db()
    assert version.state == AgreementState.ENDED


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"valid_until": "2026-11-01"}, "раньше первого"), ({"valid_from": ""}, "с которого действует"),
        ({"number": " "}, "Напишите номер"), ({"number": "1/2026"}, "таким номером уже есть"),
        ({"hold_days": "0"}, "число от 1 до 60"), ({"norm_hours": "много"}, "число от 0 до 1000"),
    ],
)  # fmt: skip
def test_wrong_terms_are_refused_and_change_nothing(region: Region, wrong: dict[str, str], says: str) -> None:
    draft = services.open_agreement(
        number="7/2026", authority_id=region.authority.pk, actor=region.actor("office"), now=NOW
    )
    before = snapshot()
    page = office(region).post(f"/office/agreement/{draft.pk}/terms/", {**TERMS, **wrong})
    assert page.status_code == 422
    assert says in page.content.decode()
    assert snapshot() == before


def test_a_new_agreement_begins_with_the_norms_of_the_region(region: Region) -> None:
    """Posts × hours of a post, days and minutes as the method names them; what cannot be is left as it is."""

    def begun(number: str) -> Agreement:
        return services.open_agreement(
            number=number, authority_id=region.authority.pk, actor=region.actor("office"), now=NOW
        )  # fmt: skip

    names = ("norm_posts", "norm_hours", "agree_days", "hold_days", "wait_minutes")
    MethodPart.objects.filter(kind=PartKind.NORM).delete()
    bare = begun("8/2026")
    assert [getattr(bare, name) for name in names] == [0, 0, 1, 5, 15]
    norms = {"posts": 3, "post_hours": 20, "agree_days": 2, "hold_days": 7, "wait_minutes": 100_000}
    MethodPart.objects.bulk_create(
        MethodPart(kind=PartKind.NORM, code=code, title=code, data={"value": value, "unit": ""})
        for code, value in norms.items()
    )
    draft = begun("9/2026")
    assert [getattr(draft, name) for name in names] == [3, 60, 2, 7, 15]
    page = office(region).get(f"/office/agreement/{draft.pk}/").content.decode()
    assert 'name="norm_hours"' in page and 'value="60"' in page


def test_what_does_not_fit_the_state_is_refused_and_changes_nothing(region: Region) -> None:
    client, agreement = office(region), region.agreement
    before = snapshot()
    assert "обновите страницу" in step(client, agreement, "sign", signed_on="2026-11-23")
    assert "Сейчас это не изменить" in step(client, agreement, "terms", **TERMS)
    assert "Приложение пустое" in step(client, agreement, "annex")
    for cell in ("999999@home", f"{region.other_topic.pk}@home", f"{region.topic.pk}@999999", "x", "1@x"):
        assert client.post(f"/office/agreement/{agreement.pk}/annex/", {"cell": cell}).status_code == 404, cell
    assert client.post(f"/office/agreement/{agreement.pk}/expire/").status_code == 404
    assert client.get("/office/agreement/999999/").status_code == 404
    assert snapshot() == before


@pytest.mark.parametrize("who", ["operator", "expert", "coordinator", "observer", "duty_officer"])
def test_services_ask_who(region: Region, who: str) -> None:
    from legalaid.kernel.errors import NotFound

    actor, agreement, before = region.actor(who), region.agreement, snapshot()
    calls: list[Callable[[Actor], object]] = [
        lambda a: services.move_agreement(agreement_id=agreement.pk, action="terminate", reason="x", actor=a, now=NOW),
        lambda a: services.amend_agreement(agreement_id=agreement.pk, number="2", actor=a, now=NOW),
        lambda a: services.open_agreement(number="2", authority_id=region.authority.pk, actor=a, now=NOW),
        lambda a: services.set_coverage(agreement_id=agreement.pk, cells={(region.topic.pk, None)}, actor=a, now=NOW),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call(actor)
    assert snapshot() == before


def test_the_list_filters_by_state_term_and_authority(region: Region, django_assert_max_num_queries: Any) -> None:
    client = office(region)
    for days in (5, 25, 55, 90):
        Agreement.objects.create(
            number=f"D{days}", authority=region.other_authority, state=AgreementState.IN_FORCE,
            valid_from=TODAY, valid_until=TODAY + timedelta(days=days),
        )  # fmt: skip
    Agreement.objects.create(number="DRAFT", authority=region.authority, valid_from=TODAY)

    def shown(query: str) -> set[str]:
        with django_assert_max_num_queries(6):
            page = client.get(f"/office/agreements/?{query}").content.decode()
        return {one.number for one in Agreement.objects.order_by("id") if f"№ {one.number}<" in page}

    assert shown("") == {"1/2026", "D5", "D25", "D55", "D90", "DRAFT"}
    assert shown("term=7") == {"D5"}
    assert shown("term=30") == {"D5", "D25"}
    assert shown("term=60") == {"D5", "D25", "D55"}
    assert shown("term=open") == {"1/2026", "DRAFT"}
    assert shown("state=draft") == {"DRAFT"}
    assert shown(f"authority={region.authority.pk}&state=in_force") == {"1/2026"}
    assert shown("state=nonsense&term=nonsense&authority=x") == shown("")


def test_the_matrix_of_a_whole_region_is_quick(region: Region) -> None:
    """Every topic of the region given to one authority: 134 topics × 22 branches and home, in few queries."""
    services.import_pack(pack=read_pack(PACKS / "rostov"), actor=Actor.system("test"), now=NOW)
    Topic.objects.update(authority=region.authority)
    agreement = region.agreement
    client = office(region)
    topics = list(Topic.objects.order_by("id").values_list("pk", flat=True))
    places = [None, *Branch.objects.order_by("id").values_list("pk", flat=True)]
    began = time.perf_counter()
    with CaptureQueriesContext(
        connection,
    ) as written:
        come, gone = services.set_coverage(
            agreement_id=agreement.pk, cells={(topic, place) for topic in topics for place in places},
            actor=region.actor("office"), now=NOW,
        )  # fmt: skip
    saved = time.perf_counter() - began
    assert (come, gone) == (len(topics) * len(places) - 2, 0)
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as read:
        page = client.get(f"/office/agreement/{agreement.pk}/").content.decode()
    drawn = time.perf_counter() - began
    assert page.count('name="cell"') == len(topics) * len(places)
    # What the client measured reads the page as a browser does besides; the view itself is measured apart.
    request = RequestFactory().get("/")
    request.user, request.htmx, request._messages = region.users["office"], False, []  # type: ignore[attr-defined]
    began = time.perf_counter()
    show_agreement(request, agreement.pk)
    viewed = time.perf_counter() - began
    cost = f"view {len(read)} queries {viewed * 1000:.0f} ms, with the suite's reading {drawn * 1000:.0f} ms"
    sys.stderr.write(f"matrix {len(topics)}×{len(places)}: {cost}; save {len(written)} queries {saved * 1000:.0f} ms")
    assert len(read) <= 10
    assert len(written) <= 15


def test_a_retired_topic_stands_in_the_annexes_that_cover_it_alone(region: Region) -> None:
    retired = Topic.objects.create(
        code="pension.old", title="Старая тема", area=region.topic.area, authority=region.authority,
        minutes=20, retired_at=NOW,
    )  # fmt: skip
    draft = services.open_agreement(
        number="7/2026", authority_id=region.authority.pk, actor=region.actor("office"), now=NOW
    )
    address = f"/office/agreement/{draft.pk}/"
    page = office(region).get(address).content.decode()
    assert region.topic.title in page and retired.title not in page
    AgreementCoverage.objects.create(agreement=draft, topic=retired, branch=region.branch)
    assert retired.title in office(region).get(address).content.decode()


def test_names_in_the_matrix_are_words_and_no_markup(region: Region) -> None:
    Topic.objects.filter(pk=region.topic.pk).update(title='"><script>alert(1)</script>')
    Branch.objects.filter(pk=region.branch.pk).update(municipality="' onclick=x <b>")
    page = office(region).get(f"/office/agreement/{region.agreement.pk}/").content.decode()
    assert "<script>alert(1)" not in page
    assert 'aria-label="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;: &#x27; onclick=x &lt;b&gt;" checked />' in page
