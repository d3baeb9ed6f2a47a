"""The monthly report of an agreement: hours against the norm, dialogues, answers, waiting; page, PDF and sheet."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pikepdf
import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services as dialogue
from legalaid.directory.models import Agreement, AgreementCoverage, Topic
from legalaid.directory.states import AgreementState
from legalaid.insight.fulfilment import Fulfilment, NotInForceThen, fulfilment_of, months_reported, norm_minutes
from legalaid.insight.fulfilment_files import fulfilment_pdf, fulfilment_xlsx
from legalaid.intake.models import HelpRequest
from legalaid.kernel.clock import working_days_after
from legalaid.reception import services as reception
from legalaid.reception.models import WaitSpan
from legalaid.reception.states import WaitCause
from legalaid.result import services as result
from legalaid.result.rules import MemoText
from legalaid.result.states import OutcomeCode
from tests.scenes import Region, at, make_region

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)
END = datetime(2026, 12, 3, 9, tzinfo=UTC)


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    found = make_region()
    Agreement.objects.filter(pk=found.agreement.pk).update(norm_hours=40, norm_posts=2)
    found.agreement = Agreement.objects.select_related("authority").get(pk=found.agreement.pk)
    monkeypatch.setattr(timezone, "now", lambda: END)
    return found


def report(region: Region, month: date = MONTH, now: datetime = END) -> Fulfilment:
    agreement = Agreement.objects.select_related("authority").get(pk=region.agreement.pk)
    return fulfilment_of(agreement=agreement, month=month, now=now)


def answered(region: Region) -> HelpRequest:
    """Asked and agreed on Monday, held and answered the same day through the services themselves."""
    booking, expert = region.booked(at(10)), region.actor("expert")
    reception.start_duty(authority_id=region.authority.pk, post_id=None, actor=expert, now=at(10))
    held = dialogue.admit(help_request_id=booking.help_request_id, actor=expert, now=at(10))
    dialogue.end(dialogue_id=held.pk, actor=expert, now=at(10, 15))
    result.issue_memo(
        dialogue_id=held.pk, revision=0, outcome=OutcomeCode.ANSWERED, actor=expert, now=at(10, 15),
        text=MemoText("Вопрос", "Закон", "Шаги", ""),
    )  # fmt: skip
    return booking.help_request


def test_what_was_asked_held_and_answered_is_counted_and_what_is_not_of_the_agreement_is_not(region: Region) -> None:
    answered(region)
    region.booked(at(11), n=2)
    late = region.booked(at(12), n=3).help_request
    HelpRequest.objects.filter(pk=late.pk).update(
        agreed_at=at(12, day=25), held_at=at(12, day=27), submitted_at=at(9, day=20)
    )  # Friday: agreed on the third working day, held on the fifth
    AgreementCoverage.objects.filter(agreement=region.agreement, branch=region.branch).delete()
    outside = region.booked(at(15), n=4).help_request
    HelpRequest.objects.filter(pk=outside.pk).update(branch=region.branch)  # a cell the annex does not have
    found = report(region)
    total = found.total
    assert (total.requested, total.agreed, total.held, total.answered) == (3, 3, 2, 1)
    assert (total.agreed_in_time, total.held_in_time) == (2, 2)
    assert [(title, one.requested, one.answered) for title, one in found.topics] == [(region.topic.title, 3, 1)]


def test_what_happened_in_another_month_is_counted_there(region: Region) -> None:
    asked = region.booked(at(11)).help_request
    HelpRequest.objects.filter(pk=asked.pk).update(answered_at=datetime(2026, 12, 1, 12, tzinfo=UTC))
    assert (report(region).total.requested, report(region).total.answered) == (1, 0)
    later = report(region, date(2026, 12, 1))
    assert (later.total.requested, later.total.answered) == (0, 1)
    # 23:30 of 30 November in Rostov is November there, 20:30 in UTC; half an hour later it is not.
    for minutes, expected in ((0, 1), (30, 0)):
        moment = datetime(2026, 11, 30, 20, 30, tzinfo=UTC) + timedelta(minutes=minutes)
        HelpRequest.objects.filter(pk=asked.pk).update(answered_at=moment)
        assert report(region).total.answered == expected


def test_hours_stand_against_the_norm_of_the_working_days(region: Region) -> None:
    """November 2026 has 20 working days: the 4th is a holiday, its eve is an hour shorter; one post gives 8 hours."""
    hours = report(region).hours
    assert hours.norm == 20 * 8 * 60 - 2 * 60  # an hour for each of the two posts
    assert hours.offered == 20 * 8 * 60 - 60
    assert hours.posts == 1
    assert hours.besides == 9 * 8 * 60  # weekends; on the holiday nobody receives
    running = report(region, now=at(12, day=10)).hours  # so far: 6 working days
    assert (running.norm, running.offered) == (6 * 8 * 60 - 2 * 60, 6 * 8 * 60 - 60)


def test_only_days_of_the_term_count(region: Region) -> None:
    Agreement.objects.filter(pk=region.agreement.pk).update(
        valid_from=date(2026, 11, 16), valid_until=date(2026, 11, 22)
    )  # one week
    found = report(region)
    assert (found.first, found.last) == (date(2026, 11, 16), date(2026, 11, 22))
    assert found.hours.norm == 40 * 60
    with pytest.raises(NotInForceThen):
        report(region, date(2026, 12, 1))
    with pytest.raises(NotInForceThen):
        report(region, date(2026, 10, 1))
    agreement = Agreement.objects.select_related("authority").get(pk=region.agreement.pk)
    assert months_reported(agreement, END) == [MONTH]
    Agreement.objects.filter(pk=agreement.pk).update(state=AgreementState.ENDED, ended_at=at(12, day=18))
    assert report(region).last == date(2026, 11, 18)


def test_waiting_is_split_by_whose_delay_and_measured_against_the_agreement(region: Region) -> None:
    asked = region.booked(at(11)).help_request
    for minutes, cause in ((10, WaitCause.AUTHORITY), (15, WaitCause.AUTHORITY), (40, WaitCause.TECHNICS)):
        WaitSpan.objects.create(
            help_request=asked, cause=cause, began_at=at(11), ended_at=at(11) + timedelta(minutes=minutes)
        )
    waiting = report(region).waiting
    assert (waiting.count, waiting.longer, waiting.minutes) == (3, 1, 65.0)
    assert waiting.causes == [("орган", 2, 25.0), ("техника", 1, 40.0)]


def test_other_agreements_of_the_authority_are_named(region: Region) -> None:
    def other(number: str, state: AgreementState, **more: Any) -> None:
        Agreement.objects.create(number=number, authority=region.authority, state=state, **more)

    other("A", AgreementState.IN_FORCE, valid_from=date(2026, 11, 30))
    other("B", AgreementState.IN_FORCE, valid_from=date(2026, 12, 1))
    other("C", AgreementState.DRAFT, valid_from=date(2026, 11, 1))
    other("D", AgreementState.ENDED, valid_from=date(2026, 1, 1), ended_at=at(9, day=1) - timedelta(days=3))
    assert report(region).shared_with == ["A"]


def test_the_sheet_counts_and_takes_no_word_for_a_formula(region: Region) -> None:
    answered(region)
    evil = '=HYPERLINK("http://evil.invalid","x")'
    Topic.objects.filter(pk=region.topic.pk).update(title=evil)
    Agreement.objects.filter(pk=region.agreement.pk).update(number="=1+1")
    region.authority.name = "+7(900)\x01 орган"
    region.authority.save()
    raw = fulfilment_xlsx(report(region))
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type in {"s", "n"} for cell in cells)
    (topic,) = [cell for cell in cells if cell.value == evil]
    assert topic.quotePrefix
    assert [cell.value for cell in book["По темам"][2]] == [evil, 1, 1, 1, 1]
    labels = {row[0].value: row[1].value for row in book["Исполнение"].iter_rows() if len(row) > 1}
    assert labels["Часов приёма в рабочие дни"] == 159
    assert labels["Дано ответов"] == 1
    assert labels["+7(900) орган"] is None
    with pikepdf.open(io.BytesIO(fulfilment_pdf(report(region)))) as file:
        assert file.Root.MarkInfo.Marked


def test_page_pdf_and_sheet_say_the_same(region: Region) -> None:
    answered(region)
    client = Client()
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    address = f"/office/agreement/{region.agreement.pk}/report"
    page = client.get(f"{address}/?month=2026-11").content.decode()
    answer = client.get(f"{address}.pdf?month=2026-11")
    paper = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for words in ("Часов приёма в рабочие дни", "159", "не меньше 158", "Дано ответов", region.topic.title):
        assert words in page, words
        assert words in " ".join(paper.split()), words
    sheet = client.get(f"{address}.xlsx?month=2026-11")
    assert sheet["Content-Disposition"] == (
        f'attachment; filename="fulfilment-{region.agreement.pk}-2026-11.xlsx"'
    )  # fmt: skip
    assert openpyxl.load_workbook(io.BytesIO(sheet.content)).sheetnames == ["Исполнение", "По темам"]


def test_a_month_without_the_agreement_says_so_and_nonsense_is_not_found(region: Region) -> None:
    client = Client()
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    address = f"/office/agreement/{region.agreement.pk}/report"
    assert "не действовало" in client.get(f"{address}/?month=2025-01").content.decode()
    assert "2026" in client.get(f"{address}/?month=nonsense").content.decode()  # the newest whole month
    for query in ("", "?month=2025-01", "?month=2026-13", "?month=2026-11-01"):
        assert client.get(f"{address}.pdf{query}").status_code == 404
        assert client.get(f"{address}.xlsx{query}").status_code == 404


def test_who_sees_the_report(region: Region) -> None:
    """The office and the coordinator of the authority; she finds it on her own page of agreements."""
    foreign = Agreement.objects.create(
        number="F", authority=region.other_authority, state=AgreementState.IN_FORCE, valid_from=date(2026, 1, 1)
    )
    Agreement.objects.create(number="DRAFT", authority=region.authority, valid_from=date(2026, 1, 1))
    for who, own, other in (("office", 200, 200), ("coordinator", 200, 404), ("expert", 404, 404)):
        client = Client()
        client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
        for tail in ("/", ".pdf", ".xlsx"):
            for pk, status in ((region.agreement.pk, own), (foreign.pk, other)):
                answer = client.get(f"/office/agreement/{pk}/report{tail}?month=2026-11")
                assert answer.status_code == status, (who, tail)
        page = client.get("/authority/agreements/")
        if who == "coordinator":
            said = page.content.decode()
            assert "№ 1/2026" in said
            assert f"/office/agreement/{region.agreement.pk}/report/" in said
            assert "DRAFT" not in said
            assert "№ F" not in said


def test_the_report_asks_few_questions_whatever_its_size(region: Region, django_assert_max_num_queries: Any) -> None:
    for n in range(4):
        region.booked(at(10 + n // 2, 30 * (n % 2)), n=n)
    with django_assert_max_num_queries(9):
        report(region)


def test_working_days_and_the_weekly_norm() -> None:
    friday = date(2026, 11, 20)
    assert [working_days_after(friday, friday + timedelta(days=n)) for n in (-1, 0, 1, 3, 4)] == [0, 0, 0, 1, 2]
    assert working_days_after(date(2026, 11, 3), date(2026, 11, 5)) == 1  # the 4th is a holiday
    week = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]
    assert norm_minutes(36, 1, week) == 36 * 60
    assert norm_minutes(40, 1, week[:2]) == 16 * 60
