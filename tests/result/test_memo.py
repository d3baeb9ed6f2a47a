"""The memo: drafted, saved, issued once, tagged, verifiable."""

import hashlib
import io
from datetime import timedelta

import pikepdf
import pytest

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.models import Dialogue
from legalaid.directory.models import MethodPart
from legalaid.insight.queries import funnel, funnel_by_authority
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.messaging.models import Message
from legalaid.reception import services as reception
from legalaid.result import services
from legalaid.result.models import Memo, Outcome
from legalaid.result.queries import memo_by_code, memo_on_desk
from legalaid.result.rules import MemoText, lines, memo_number, new_code
from legalaid.result.states import MemoState, OutcomeCode
from tests.scenes import NOW, Region, make_region

TEXT = MemoText(
    "Почему не засчитали стаж?", "Стаж подтверждают записью.", "Закажите справку\nПодайте заявление", "паспорт"
)


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


@pytest.fixture
def live(region: Region) -> Dialogue:
    reception.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    request = region.queued()
    return dialogue.admit(help_request_id=request.pk, actor=region.actor("expert"), now=NOW)


def issue(region: Region, live: Dialogue, text: MemoText = TEXT, revision: int = 0, who: str = "expert") -> Memo:
    return services.issue_memo(
        dialogue_id=live.pk, text=text, revision=revision, outcome=OutcomeCode.ANSWERED, actor=region.actor(who),
        now=NOW + timedelta(minutes=15),
    )  # fmt: skip


def snapshot() -> tuple[object, ...]:
    return (
        list(Memo.objects.order_by("id").values_list("id", "state", "revision", "asked", "number")),
        Outcome.objects.count(), Message.objects.count(), JournalEntry.objects.count(),
    )  # fmt: skip


def test_the_template_of_the_topic_stands_on_the_desk_before_the_first_saving(region: Region, live: Dialogue) -> None:
    shown = memo_on_desk(Dialogue.objects.select_related("help_request__topic").get(pk=live.pk))
    assert (shown.text.asked, shown.text.documents, shown.revision) == (region.topic.ask, "паспорт\nСНИЛС", 0)
    assert Memo.objects.count() == 0


def test_saving_counts_revisions_and_an_old_window_overwrites_nothing(region: Region, live: Dialogue) -> None:
    actor = region.actor("expert")
    first = services.save_draft(dialogue_id=live.pk, text=TEXT, revision=0, actor=actor, now=NOW)
    assert first.revision == 1
    before = snapshot()
    with pytest.raises(services.MemoChanged):
        services.save_draft(dialogue_id=live.pk, text=MemoText("другое", "", "", ""), revision=0, actor=actor, now=NOW)
    assert snapshot() == before


def test_issued_once_with_number_code_outcome_and_figure(region: Region, live: Dialogue) -> None:
    counted = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=1)}
    assert funnel(**counted).answered == 0
    memo = issue(region, live)
    request = live.help_request
    request.refresh_from_db()
    assert (memo.state, request.state) == (MemoState.ISSUED, RequestState.ANSWERED)
    assert memo.number == f"П-{request.number}"
    assert issue(region, live, revision=1).pk == memo.pk
    assert Memo.objects.count() == Outcome.objects.count() == 1
    total = funnel(**counted)
    assert (total.requested, total.agreed, total.held, total.answered) == (1, 1, 1, 1)
    assert [row.name for row in funnel_by_authority(**counted)] == ["Соцфонд"]
    with pytest.raises(services.MemoIsIssued):
        services.save_draft(dialogue_id=live.pk, text=TEXT, revision=1, actor=region.actor("expert"), now=NOW)


def test_the_pdf_is_tagged_and_says_what_was_written(region: Region, live: Dialogue) -> None:
    memo = issue(region, live)
    assert memo.pdf is not None
    content = bytes(memo.pdf)
    assert hashlib.sha256(content).hexdigest() == memo.digest
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "ru"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        assert memo.number in str(pdf.docinfo["/Title"])


def test_the_check_code_leads_to_issued_memos_only(region: Region, live: Dialogue) -> None:
    services.save_draft(dialogue_id=live.pk, text=TEXT, revision=0, actor=region.actor("expert"), now=NOW)
    assert memo_by_code("") is None
    memo = issue(region, live, revision=1)
    assert memo_by_code(memo.code or "") == memo
    assert memo_by_code(new_code()) is None


@pytest.mark.parametrize("field", ["asked", "law", "steps"])
def test_an_incomplete_memo_is_not_issued(region: Region, live: Dialogue, field: str) -> None:
    text = MemoText(**{"asked": "а", "law": "б", "steps": "в", "documents": "", field: "  "})
    before = snapshot()
    with pytest.raises(services.MemoIncomplete) as caught:
        issue(region, live, text)
    assert caught.value.field == field
    assert snapshot() == before


@pytest.mark.parametrize("who", ["colleague", "stranger", "operator", "office", "observer", "coordinator"])
def test_only_the_expert_of_the_dialogue_writes(region: Region, live: Dialogue, who: str) -> None:
    before = snapshot()
    refusals: list[type[DomainError]] = [NotFound]
    with pytest.raises(tuple(refusals)):
        issue(region, live, who=who)
    with pytest.raises(tuple(refusals)):
        services.save_draft(dialogue_id=live.pk, text=TEXT, revision=0, actor=region.actor(who), now=NOW)
    assert snapshot() == before


def test_numbers_codes_and_lines() -> None:
    assert memo_number("61-4827", 0) == "П-61-4827"
    assert memo_number("61-4827", 1) == "П-61-4827-2"
    assert len({new_code() for _ in range(1000)}) == 1000
    assert lines("• один\n\n - два \n") == ["один", "два"]


def test_a_memo_begins_with_the_regions_template(region: Region, live: Dialogue) -> None:
    template = (
        "## Что говорит закон\n\nОтвечает {орган}. Срок: {срок}.\n\n## Что делать дальше\n\n- Подайте заявление.\n"
    )
    topic = region.topic
    topic.memo = MethodPart.objects.create(kind="memo", code="pension", title="Пенсии", text=template)
    topic.short_answer, topic.deadline = "Коротко.", "10 дней"
    topic.save()
    shown = memo_on_desk(Dialogue.objects.select_related("help_request__topic").get(pk=live.pk))
    assert shown.text.law == "Коротко.\nОтвечает Соцфонд. Срок: 10 дней."
    assert shown.text.steps == "Подайте заявление."
    assert shown.text.asked == topic.ask
