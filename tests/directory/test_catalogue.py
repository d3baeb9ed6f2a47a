"""The office writes topics and areas: what is kept, what is refused in words, what two editors and packs do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.directory import services
from legalaid.directory.catalogue_queries import counted, known_codes, norms, topic_sheet, topics_listed
from legalaid.directory.memo_rules import places_fault, unknown_places
from legalaid.directory.models import Area, MethodPart, Topic
from legalaid.directory.pack.plan import Action, Choices
from legalaid.directory.pack_queries import edited_here, own_pack, plan_of
from legalaid.directory.public_queries import answerers
from legalaid.directory.queries import topics_of_branch
from legalaid.directory.refusals import AreaRefused, TopicMoved, TopicRefused
from legalaid.directory.services import TextRefused, import_pack
from legalaid.directory.topic_rules import Check, check_of, new_code, own_term, plain_answer, term_of, told_term
from legalaid.intake.advice import suggest_topics
from legalaid.intake.queries import topics_by_area
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.rules import Contact
from legalaid.reception.refusals import TopicNotCovered
from legalaid.reception.services import register_at_desk
from legalaid.triage.terms import TERMS
from tests.directory.packs import everything, small, topic
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def region() -> Region:
    return make_region()


def stands(found: Topic) -> dict[str, Any]:
    sheet = topic_sheet(found.pk)
    assert sheet
    return dict(sheet.body)


def version(found: Topic) -> str:
    sheet = topic_sheet(found.pk)
    assert sheet
    return sheet.version


def save(region: Region, *, seen: str = "", who: str = "office", **typed: Any) -> Topic:
    return services.save_topic(
        topic_id=region.topic.pk, typed={**stands(region.topic), **typed}, seen=seen or version(region.topic),
        actor=region.actor(who), now=NOW,
    )  # fmt: skip


def test_what_is_typed_is_kept_and_told_to_the_journal_without_words(region: Region) -> None:
    save(region, title="Стаж не учли", short_answer="Запросите **выписку**.", also=["git"], documents=["паспорт"])
    kept = stands(region.topic)
    assert (kept["title"], kept["also"], kept["documents"]) == ("Стаж не учли", ["git"], ["паспорт"])
    entry = JournalEntry.objects.order_by("-id")[0]
    assert (entry.kind, entry.action, entry.subject) == ("topic", "edit", str(region.topic.pk))
    assert entry.data == {"topic": region.topic.code, "fields": ["also", "title", "documents", "short_answer"]}
    assert entry.actor == f"staff:{region.users['office'].pk}"


def test_saving_what_stands_there_writes_nothing(region: Region) -> None:
    before = everything()
    save(region)
    assert everything() == before


@pytest.mark.parametrize(("typed", "field", "word"), [
    ({"title": ""}, "title", "название"), ({"title": "я" * 201}, "title", "200"), ({"ask": " "}, "ask", "вопрос"),
    ({"minutes": "много"}, "minutes", "от 5 до 60"), ({"minutes": 61}, "minutes", "от 5 до 60"),
    ({"short_answer": "<script>alert(1)</script>"}, "short_answer", "HTML"),
    ({"short_answer": "невидимый\u202eзнак"}, "short_answer", "невидимые"),
    ({"documents": ["паспорт", "паспорт"]}, "documents", "без повторов"),
    ({"law": [{"act": "", "articles": "ст. 1"}]}, "law", "название акта"),
    ({"authority": "nobody"}, "authority", "nobody"), ({"area": "nowhere"}, "area", "nowhere"),
    ({"also": ["sfr"]}, "also", "главным"), ({"memo": "none"}, "memo", "none"),
    ({"free_aid_case": "c99"}, "free_aid_case", "c99"), ({"horizon_days": 400}, "horizon_days", "366"),
    ({"term": {"question": "", "count": 3, "unit": "days", "moves": False}}, "term", "вопрос"),
    ({"term": {"question": "Когда?", "count": "x", "unit": "days", "moves": False}}, "term", "число"),
])  # fmt: skip
def test_a_fault_is_said_at_its_field_and_nothing_changes(
    region: Region, typed: dict[str, Any], field: str, word: str
) -> None:
    before = everything()
    with pytest.raises(TopicRefused) as caught:
        save(region, **typed)
    assert [fault.field for fault in caught.value.faults] == [field]
    assert word in caught.value.faults[0].text
    assert everything() == before


def test_all_faults_are_said_at_once(region: Region) -> None:
    with pytest.raises(TopicRefused) as caught:
        save(region, title="", minutes=1, ask="")
    assert {fault.field for fault in caught.value.faults} == {"title", "ask", "minutes"}


def test_nobody_but_the_office_writes(region: Region) -> None:
    before = everything()
    for who in ("coordinator", "expert", "operator", "observer"):
        actor = region.actor(who)
        for act in (
            lambda actor=actor: services.check_law(
                topic_id=region.topic.pk, seen=version(region.topic), actor=actor, now=NOW
            ),
            lambda actor=actor: services.retire_topic(topic_id=region.topic.pk, actor=actor, now=NOW),
            lambda actor=actor: services.add_topic(typed=stands(region.topic), actor=actor, now=NOW),
            lambda actor=actor: services.add_area(name="Раздел", actor=actor, now=NOW),
            lambda actor=actor: services.move_area(area_id=region.topic.area_id, up=True, actor=actor, now=NOW),
            lambda who=who: save(region, who=who, title="Чужое"),
        ):
            with pytest.raises(NotFound):
                act()
    assert everything() == before


def test_the_second_editor_is_told_and_the_first_ones_words_stay(region: Region) -> None:
    opened = version(region.topic)
    save(region, title="Первый успел")
    before = everything()
    with pytest.raises(TopicMoved) as caught:
        save(region, seen=opened, title="Второй опоздал")
    assert caught.value.now["title"] == "Первый успел"
    assert everything() == before
    save(region, title="Второй опоздал")
    assert stands(region.topic)["title"] == "Второй опоздал"


def test_the_same_words_sent_twice_are_saved_once(region: Region) -> None:
    opened = version(region.topic)
    save(region, title="Дважды")
    count = JournalEntry.objects.count()
    save(region, seen=opened, title="Дважды")
    assert JournalEntry.objects.count() == count


def test_checked_marks_every_norm_today_by_this_person(region: Region) -> None:
    law = [{"act": "Закон", "articles": "ст. 1"}, {"act": "Кодекс", "articles": ""}]
    save(region, law=law)
    assert topics_listed(today=TODAY)[0].check is Check.NEVER
    services.check_law(topic_id=region.topic.pk, seen=version(region.topic), actor=region.actor("office"), now=NOW)
    region.topic.refresh_from_db()
    assert [(one["checked_on"], one["by"]) for one in norms(region.topic)] == [(TODAY, region.users["office"].name)] * 2
    assert JournalEntry.objects.order_by("-id")[0].action == "check_law"
    # Another wording was read by nobody; the other norm keeps its reader.
    save(region, law=[{"act": "Закон", "articles": "ст. 2"}, law[1]])
    region.topic.refresh_from_db()
    assert [one["checked_on"] for one in norms(region.topic)] == [None, TODAY]


def test_a_law_that_changed_meanwhile_is_not_marked_as_read(region: Region) -> None:
    opened = version(region.topic)
    save(region, law=[{"act": "Другой закон", "articles": ""}])
    before = everything()
    with pytest.raises(TopicMoved):
        services.check_law(topic_id=region.topic.pk, seen=opened, actor=region.actor("office"), now=NOW)
    assert everything() == before
    save(region, law=[])
    before = everything()
    with pytest.raises(TopicRefused):
        services.check_law(topic_id=region.topic.pk, seen=version(region.topic), actor=region.actor("office"), now=NOW)
    assert everything() == before


@given(days=st.integers(0, 1500), other=st.integers(0, 1500))
def test_a_law_is_due_when_its_oldest_norm_was_read_more_than_a_year_ago(days: int, other: int) -> None:
    law = [{"act": "А", "checked_at": (TODAY - timedelta(days=n)).isoformat()} for n in (days, other)]
    check, day = check_of(law, TODAY)
    assert check is (Check.OLD if max(days, other) > 365 else Check.FRESH)
    assert day == TODAY - timedelta(days=max(days, other))
    assert check_of([*law, {"act": "Б", "checked_at": None}], TODAY) == (Check.NEVER, None)
    assert check_of([], TODAY) == (Check.NEVER, None)


def test_the_list_filters_and_counts(region: Region, django_assert_num_queries: Any) -> None:
    old = [{"act": "Закон", "articles": "", "checked_at": "2024-01-01"}]
    Topic.objects.filter(pk=region.other_topic.pk).update(law=old)
    assert counted(topics_listed(today=TODAY)) == {"fresh": 0, "old": 1, "never": 1}
    Topic.objects.filter(pk=region.topic.pk).update(law=[{**old[0], "checked_at": TODAY.isoformat()}])

    def found(**asked: Any) -> list[str]:
        return [row.topic.code for row in topics_listed(today=TODAY, **asked)]

    with django_assert_num_queries(1):
        assert found(check="due") == [region.other_topic.code]
    assert found(authority="sfr") == [region.topic.code]
    assert found(words="зарплат") == [region.other_topic.code]
    assert found(words="%") == []
    assert found(area="none") == []


def test_a_new_topic_gets_a_code_of_its_title_and_is_found_by_its_examples(region: Region) -> None:
    typed = {**stands(region.topic), "title": "Щенок во дворе", "ask": "Чей щенок?", "area": "pension"}
    made = services.add_topic(typed=typed, actor=region.actor("office"), now=NOW)
    assert made.code == "pension.shchenok_vo_dvore"
    again = services.add_topic(typed=typed, actor=region.actor("office"), now=NOW)
    assert again.code == "pension.shchenok_vo_dvore2"
    said = "щенок лает во дворе третью ночь"
    services.add_example(topic_id=made.pk, text=said, actor=region.actor("office"), now=NOW)
    assert suggest_topics(said)[0].topic == made
    with pytest.raises(TopicRefused):
        services.add_topic(typed={**typed, "title": ""}, actor=region.actor("office"), now=NOW)
    assert Topic.objects.count() == 4


@given(title=st.text(max_size=200))
def test_a_code_can_always_stand_in_an_address_and_a_pack(title: str) -> None:
    from legalaid.directory.pack.fields import code

    assert code(new_code("pension", title), "") == new_code("pension", title)
    assert "-" not in new_code("pension", title), "addresses of the office write a dot as a dash"


def test_a_retired_topic_takes_no_new_request_and_lets_the_old_ones_go_on(region: Region) -> None:
    office = region.actor("office")
    services.add_example(topic_id=region.topic.pk, text="колхоз пропал из книжки", actor=office, now=NOW)
    booking = region.booked(NOW + timedelta(hours=3))
    draft = region.draft(topic=region.other_topic)
    for _twice in range(2):
        services.retire_topic(topic_id=region.topic.pk, actor=office, now=NOW)
    assert JournalEntry.objects.filter(action="retire").count() == 1
    assert region.topic not in topics_by_area()
    assert region.topic not in topics_of_branch(branch_id=region.branch.pk, day=TODAY)
    assert answerers(TODAY) == []
    assert region.topic not in [one.topic for one in suggest_topics("колхоз пропал из книжки")]
    booking.refresh_from_db()
    assert booking.state == "confirmed"
    before = everything()
    with pytest.raises(NotFound):
        region.draft()
    with pytest.raises(TopicNotCovered):
        register_at_desk(
            story="Не засчитали стаж", topic_code=region.topic.code, branch_id=region.branch.pk,
            contact=Contact(name="Посетитель"), consent=True, start=NOW + timedelta(hours=4), queue=False,
            submission="", actor=region.actor("operator"), now=NOW,
        )  # fmt: skip
    assert everything()[0] == before[0]
    assert draft.topic == region.other_topic
    services.return_topic(topic_id=region.topic.pk, actor=office, now=NOW)
    assert region.topic in topics_of_branch(branch_id=region.branch.pk, day=TODAY)
    assert region.draft().topic == region.topic


def test_a_retired_topic_stays_so_through_a_pack_unless_the_office_takes_it(region: Region) -> None:
    import_pack(pack=small(), actor=Actor.system("test"), now=NOW)
    found = Topic.objects.get(code="pension.record")
    services.retire_topic(topic_id=found.pk, actor=region.actor("office"), now=NOW)
    assert all(key.code != "pension.record" for key in own_pack().objects)
    newer = small(topic__pension_record=topic(), **{"topic__pension.record": topic(title="Новое имя")})
    steps = {str(step.key): step.action for step in plan_of(newer).steps}
    assert steps["topic:pension.record"] is Action.KEPT
    import_pack(pack=newer, actor=Actor.system("test"), now=NOW)
    found.refresh_from_db()
    assert (found.retired_at, found.title) == (NOW, "Стаж")
    import_pack(pack=newer, actor=Actor.system("test"), now=NOW, choices=Choices(take_all=True))
    found.refresh_from_db()
    assert (found.retired_at, found.title) == (None, "Новое имя")


def test_an_edit_wins_over_a_later_pack(region: Region) -> None:
    import_pack(pack=small(), actor=Actor.system("test"), now=NOW)
    found = Topic.objects.get(code="pension.record")
    assert not edited_here()
    office = region.actor("office")
    services.save_topic(topic_id=found.pk, typed={**stands(found), "title": "По-нашему"}, seen=version(found),
                        actor=office, now=NOW)  # fmt: skip
    services.check_law(topic_id=found.pk, seen=version(found), actor=office, now=NOW)
    assert [str(key) for key in edited_here()] == ["topic:pension.record"]
    import_pack(pack=small(**{"topic__pension.record": topic(title="Из пакета")}), actor=Actor.system("test"), now=NOW)
    assert stands(found)["title"] == "По-нашему"
    told = str(own_pack().objects)
    assert "checked_by" not in told, "who checked stays at home"


def test_areas_are_added_renamed_and_ordered(region: Region) -> None:
    office = region.actor("office")
    added = services.add_area(name="  Дороги и   транспорт ", actor=office, now=NOW)
    assert (added.code, added.name, added.position) == ("dorogi_i_transport", "Дороги и транспорт", 1)
    services.move_area(area_id=added.pk, up=True, actor=office, now=NOW)
    services.move_area(area_id=added.pk, up=True, actor=office, now=NOW)
    assert list(Area.objects.order_by("position").values_list("code", flat=True)) == ["dorogi_i_transport", "pension"]
    services.rename_area(area_id=added.pk, name="Дороги", seen=added.name, actor=office, now=NOW)
    before = everything()
    for name, seen in (("Пенсии", "Дороги"), ("", "Дороги"), ("я" * 121, "Дороги"), ("Пути", "Дороги и транспорт")):
        with pytest.raises(AreaRefused):
            services.rename_area(area_id=added.pk, name=name, seen=seen, actor=office, now=NOW)
    with pytest.raises(AreaRefused):
        services.add_area(name="пенсии", actor=office, now=NOW)
    assert everything() == before
    assert [entry.action for entry in JournalEntry.objects.filter(kind="area").order_by("id")] == [
        "add", "move", "rename",
    ]  # fmt: skip


def test_a_memo_names_what_no_topic_can_fill(region: Region) -> None:
    shared = MethodPart.objects.create(kind="memo", code="pension", title="Пенсии", text="Идите в {орган}.")
    Topic.objects.update(memo=shared)
    office = region.actor("office")
    before = everything()
    with pytest.raises(TextRefused, match=r"\{органн\}, \{$|\{органн\}"):
        services.edit_part(part_id=shared.pk, title="Пенсии", text="В {органн} и {срок}", actor=office, now=NOW)
    with pytest.raises(TextRefused, match=r"\{имя\}"):
        services.give_own_memo(topic_id=region.topic.pk, title="Своя", text="{имя}", actor=office, now=NOW)
    assert everything() == before
    own = services.give_own_memo(topic_id=region.topic.pk, title="Своя", text="В {орган}.", actor=office, now=NOW)
    region.topic.refresh_from_db()
    region.other_topic.refresh_from_db()
    assert (region.topic.memo, region.other_topic.memo) == (own, shared)
    with pytest.raises(TextRefused):
        services.give_own_memo(topic_id=region.topic.pk, title="Ещё", text="", actor=office, now=NOW)


def test_places_of_a_template() -> None:
    assert unknown_places("{орган} {срок} {нормы} без {скобки и }") == ["{скобки и }"]
    assert unknown_places("{ орган } и { и {}") == ["{ орган }", "{", "{}"]
    assert places_fault("{орган}") == ""
    assert "{адрес}" in places_fault("{адрес}")


def test_a_deadline_is_counted_as_the_office_says(region: Region) -> None:
    assert term_of("labour.wage", None) == TERMS["labour.wage"]
    assert term_of("labour.wage", {}) is None
    assert all(own_term(code, told_term(term)) is None for code, term in TERMS.items())
    own = {"question": "Когда отказали?", "count": 10, "unit": "working", "moves": False}
    save(region, term=own)
    region.topic.refresh_from_db()
    term = term_of(region.topic.code, region.topic.term)
    assert term and term.last_day(date(2026, 11, 23)) == date(2026, 12, 7)
    assert told_term(term) == own
    request = region.draft(story="Отказали вчера, стаж не засчитали")
    assert request.deadline_on == date(2026, 12, 4)


def test_a_short_answer_has_no_marks_in_a_memo() -> None:
    assert plain_answer("Вы **вправе**:\n- раз\n* два") == "Вы вправе:\nраз\nдва"


def test_what_a_topic_may_name(region: Region) -> None:
    known = known_codes()
    assert (known.areas, known.authorities, known.cases) == ({"pension"}, {"sfr", "git"}, {""})
