"""Hours in a file: every wrong row is told, nothing is written unless all are right, what goes out comes back."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.kernel.errors import NotFound
from legalaid.reception import services
from legalaid.reception.hours_csv import read_hours, write_hours
from legalaid.reception.hours_refusals import BookingsTouched, FileRefused
from legalaid.reception.hours_rules import Extra, Span, normal_week
from legalaid.reception.models import ExtraHours, ReceptionHours
from legalaid.reception.queries.hours import hours_rows, week_on
from legalaid.reception.services import Decision
from tests.scenes import NOW, Region, at, make_region

MONDAY = date(2026, 11, 23)
POSTS = {"Пост 0": 1, "Пост 1": 2}


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("Пост 9;пн;09:00;10:00", "Поста «Пост 9» у вас нет"),
        ("Пост 0;пн;9;10:00", "«9» непонятно"),
        ("Пост 0;пн;12:00;10:00", "позже начала"),
        ("Пост 0;когда-нибудь;09:00;10:00", "непонятен"),
        ("Пост 0;01.11.2026;09:00;10:00", "уже прошёл"),
        ("Пост 0;пн;09:00", "четыре столбца"),
        ("Пост 0;пн;10:00;12:00", "пересекаются"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(row: str, word: str) -> None:
    found = read_hours(f"пост;день;с;до\nПост 0;пн;11:00;13:00\n{row}\n", POSTS, MONDAY)
    (error,) = found.errors
    assert error.line == 3
    assert word in error.text


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_end_as_each_system_ends_them(end: str) -> None:
    found = read_hours(
        end.join(["пост;день;с;до", "Пост 0;пн;09:00:30;13:00", "Пост 9;вт;09:00;13:00", ""]), POSTS, MONDAY
    )
    assert found.weeks == {1: [Span(0, time(9), time(13))]}
    assert [error.line for error in found.errors] == [3]


def test_a_quote_that_is_never_closed_is_told_with_its_line() -> None:
    found = read_hours('Пост 0;пн;09:00;13:00\n"' + "Пост 0;вт;09:00;13:00\n" * 8_000, POSTS, MONDAY)
    (error,) = found.errors
    assert (error.line, error.text) == (2, "Кавычка открыта и нигде не закрыта.")


@pytest.mark.parametrize("day", ["31.12.9999", "26.11.2027"])
def test_a_day_too_far_ahead_is_wrong(day: str) -> None:
    (error,) = read_hours(f"Пост 0;{day};09:00;13:00\n", POSTS, MONDAY).errors
    assert "больше года" in error.text


def test_an_empty_file_is_wrong() -> None:
    assert read_hours("", POSTS, MONDAY).errors


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_spreadsheets_write_in_several_ways(sign: str) -> None:
    text = f"\ufeffpost{sign}weekday{sign}from{sign}to\r\nПост 0{sign}Mon{sign}9:00{sign}13.30\r\n"
    found = read_hours(text, POSTS, MONDAY)
    assert found.errors == []
    assert found.weeks == {1: [Span(0, time(9), time(13, 30))]}


spans = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 22), st.integers(1, 5)).map(
        lambda s: Span(s[0], time(s[1]), time(min(23, s[1] + s[2])))
    ),
    max_size=8,
).map(normal_week)
single = st.tuples(st.dates(MONDAY, date(2027, 11, 1)), st.integers(0, 22)).map(
    lambda e: Extra(e[0], time(e[1]), time(e[1] + 1))
)


@given(spans, st.lists(single, max_size=4, unique_by=lambda e: e.day), st.sampled_from(["Пост 0", "=1+1", "a;b", "'c"]))
def test_what_goes_out_comes_back(week: list[Span], extra: list[Extra], name: str) -> None:
    found = read_hours(write_hours({name: week}, {name: extra}), {name: 1}, MONDAY)
    assert found.weeks.get(1, []) == week
    assert found.extra.get(1, []) == sorted(extra, key=lambda e: e.day)
    assert bool(found.errors) == (not week and not extra)


def load(region: Region, text: str, who: str = "coordinator", *, dry_run: bool = False, **decisions: Any) -> Any:
    return services.import_hours_csv(
        authority_id=region.authority.pk, text=text, since=MONDAY, decisions=decisions.get("decisions", {}),
        actor=region.actor(who), now=NOW, dry_run=dry_run,
    )  # fmt: skip


GOOD = "Пост 0;пн;14:00;18:00\nПост 0;вт;14:00;18:00\nПост 1;29.11.2026;10:00;12:00\n"


def written() -> list[Any]:
    return [*ReceptionHours.objects.order_by("id").values_list(), *ExtraHours.objects.values_list()]


@pytest.mark.django_db
def test_a_good_file_is_tried_and_then_written() -> None:
    region = make_region(posts=2)
    before = written()
    tried = load(region, GOOD, dry_run=True)
    assert (tried.rows, tried.posts, tried.weeks, tried.days) == (3, 2, 1, 1)
    assert written() == before
    assert load(region, GOOD) == tried
    first, second = region.posts
    rows = hours_rows([first.pk, second.pk])
    assert week_on(rows[first.pk], MONDAY) == [Span(0, time(14), time(18)), Span(1, time(14), time(18))]
    assert len(week_on(rows[second.pk], MONDAY)) == 14
    assert ExtraHours.objects.get().post_id == second.pk


@pytest.mark.django_db
def test_one_wrong_row_and_nothing_is_written() -> None:
    region = make_region(posts=2)
    before = written()
    with pytest.raises(FileRefused) as refused:
        load(region, GOOD + "Пост 9;пн;09:00;10:00\nПост 0;ср;10:00;09:00\n")
    assert [error.line for error in refused.value.errors] == [4, 5]
    assert written() == before
    for who in ("expert", "stranger", "office"):
        with pytest.raises(NotFound):
            load(region, GOOD, who)
    assert written() == before


@pytest.mark.django_db
def test_a_file_over_agreed_bookings_asks_like_anything_else() -> None:
    region = make_region(posts=1)
    booking = region.booked(at(10, 15))
    text = "Пост 0;пн;14:00;18:00\n"
    before = written()
    for dry_run in (True, False):
        with pytest.raises(BookingsTouched):
            load(region, text, dry_run=dry_run)
    assert written() == before
    load(region, text, decisions={booking.pk: Decision("keep")})
    assert written() != before
