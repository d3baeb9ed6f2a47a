"""Packs for tests: small ones, any one Hypothesis thinks of, and the tools to spoil one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from legalaid.directory.models import PackObject, PackUpload, RegionPack
from legalaid.directory.pack import Body, Key, Pack, made, pack_bytes
from legalaid.directory.pack.archive import digest_of, hash_of
from legalaid.directory.pack.fields import WEEKDAYS
from legalaid.directory.pack.kinds import KINDS, PARTS
from legalaid.directory.pack_queries import objects_here
from legalaid.directory.states import BoothKind, LaunchStage, Level, TermUnit
from legalaid.journal.models import JournalEntry
from legalaid.people.models import ConsentDocument

HEAD = {"name": "Область", "region_code": "99", "licence": "CC0-1.0"}


def everything() -> list[Any]:
    """All a pack could change, and what it writes about itself: a refusal leaves it the same."""
    tables = (PackObject, RegionPack, PackUpload, ConsentDocument, JournalEntry)
    return [objects_here(), *([*table.objects.order_by("pk").values_list()] for table in tables)]


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside did not happen: one example of Hypothesis leaves nothing to the next."""
    with transaction.atomic() as _:
        block = transaction.get_connection().atomic_blocks[-1]
        block._from_testcase = True  # type: ignore[attr-defined]  # services own their transaction
        yield
        transaction.set_rollback(True)


def topic(**more: Any) -> Body:
    """A topic's fields."""
    return {
        "area": "pension", "authority": "sfr", "also": [], "title": "Стаж", "ask": "Почему не учли стаж?",
        "documents": ["паспорт"], "law": [{"act": "О страховых пенсиях", "articles": "", "checked_at": None}],
        "deadline": "", "minutes": 20, "lead_minutes": None, "horizon_days": None, "free_aid_case": "",
        "keywords": ["стаж"], "memo": "pension", "short_answer": "Запросите выписку.", **more,
    }  # fmt: skip


def objects(**more: Body) -> dict[Key, Body]:
    """A few objects of several kinds; «kind__code» adds or replaces one."""
    found = {
        Key("authority", "sfr"): {"plain": "Социальный фонд", "level": "federal_fund"},
        Key("area", "pension"): {"name": "Пенсии", "position": 0},
        Key("memo", "pension"): {"title": "Пенсия", "position": 0, "text": "## Что делать\n\nПодайте заявление."},
        Key("topic", "pension.record"): topic(),
        Key("examples", "pension.record"): {"texts": ["не засчитали колхоз"]},
        Key("training", "operator"): {
            "title": "Оператору",
            "position": 0,
            "reader": "operator",
            "text": "Здравствуйте.",
        },
        Key("task", "pilot.first"): {"stage": "pilot", "title": "Начать", "position": 0, "hint": ""},
    }
    return found | {Key(*name.split("__")): body for name, body in more.items()}


def small(**more: Body) -> Pack:
    """A pack of a few objects."""
    return made(objects=objects(**more), **HEAD)


def spoiled(change: Callable[[dict[str, bytes]], None], *, honest: bool = True) -> bytes:
    """A small pack whose files somebody changed; `honest`: with a manifest that names what is there now."""
    with zipfile.ZipFile(io.BytesIO(pack_bytes(small()))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if honest:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = {name: hash_of(raw) for name, raw in files.items() if name != "manifest.json"}
        manifest["digest"] = digest_of(manifest)
        files["manifest.json"] = json.dumps(manifest).encode()
    return zipped(files)


def zipped(files: dict[str, bytes]) -> bytes:
    """Files as a zip, in order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


WORDS = (
    "стаж", "Ёлка", "не засчитали «колхоз»", "a", "A", "№ 5 (ст. 11–14)", "100 % & больше", "5 < 7 > 3", "---",
    "# заголовок", "- пункт", "title: 1", '"кавычки" и \'апостроф\'', "=СУММ(A1)", "+7 и 8", "@", "\\n", "{тема}", "1",
    "яё", "ſß",
)  # fmt: skip
LINES, BLANK = st.sampled_from(WORDS), st.sampled_from(("", *WORDS))
TEXTS = st.lists(st.sampled_from(("", "  отступ", *WORDS)), max_size=4).map(lambda rows: "\n".join(rows).strip(" \n"))
CODES = st.sampled_from(("a", "b", "c", "0", "a.b", "b-c", "x_y"))
FLAGS, SMALL, MAYBE = st.booleans(), st.integers(0, 99), st.one_of(st.none(), st.integers(0, 99))
ZONES = st.sampled_from(["Europe/Moscow", "Asia/Kamchatka"])
EXTRAS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "category": {"group": st.sampled_from(["form", "federal", "regional", "case"]), "source": BLANK,
                 "proof": st.lists(LINES, max_size=2, unique=True)},
    "norm": {"value": SMALL, "unit": LINES}, "training": {"reader": LINES},
}  # fmt: skip


Some = st.SearchStrategy[dict[str, Body]]


def _some(
    codes: st.SearchStrategy[str] = CODES, **fields: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Body]]:
    return st.dictionaries(codes, st.fixed_dictionaries(fields), max_size=2)


_LAW = st.fixed_dictionaries({"act": LINES, "articles": BLANK, "checked_at": st.sampled_from([None, "2026-02-28"])})
_FEATURES = dict.fromkeys(("step_free", "induction_loop", "scanner", "printer"), FLAGS)
TERM = st.one_of(st.just({}), st.fixed_dictionaries(
    {"question": LINES, "count": st.integers(1, 99), "unit": st.sampled_from(TermUnit.values), "moves": FLAGS}
))  # fmt: skip
FREE = {
    "authority": _some(plain=LINES, level=st.sampled_from(Level.values)),
    "area": _some(name=LINES, position=SMALL),
    **{kind: _some(title=LINES, position=SMALL, text=TEXTS, **EXTRAS.get(kind, {})) for kind in sorted(PARTS)},
    "clause": _some(title=LINES, position=SMALL, text=TEXTS),
    "task": _some(stage=st.sampled_from(LaunchStage.values), title=LINES, position=SMALL, hint=TEXTS),
    "consent": _some(st.sampled_from(["processing", "recording"]), text=TEXTS),
}
"""Kinds that name no other."""
TOPICS = _some(
    title=LINES, ask=LINES, documents=st.lists(LINES, unique=True, max_size=2), law=st.lists(_LAW, max_size=1),
    deadline=BLANK, minutes=st.integers(5, 60), lead_minutes=MAYBE, horizon_days=MAYBE,
    free_aid_case=st.sampled_from(["", "c01"]), keywords=st.lists(LINES, unique=True, max_size=2), short_answer=TEXTS,
)  # fmt: skip
SAID = st.lists(LINES, min_size=1, max_size=2, unique=True)
NAMED = st.fixed_dictionaries({"name": LINES, "short": LINES, "name_checked": FLAGS, "timezone": ZONES})
BRANCHES = _some(
    name=LINES, municipality=LINES, address=LINES, timezone=ZONES, weak_line=FLAGS,
    hours=st.dictionaries(st.sampled_from(WEEKDAYS), st.just("08:00-18:00"), max_size=2),
)  # fmt: skip
BOOTHS = _some(name=LINES, kind=st.sampled_from(BoothKind.values), **_FEATURES)


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """Any pack: every kind, difficult texts, with or without a network."""
    rows = {kind: draw(some) for kind, some in FREE.items()}
    rows["topic"] = draw(TOPICS) if rows["authority"] and rows["area"] else {}
    authorities, areas = sorted(rows["authority"]), sorted(rows["area"])
    for code, body in rows["topic"].items():
        body |= {"area": draw(st.sampled_from(areas)), "authority": draw(st.sampled_from(authorities)),
                 "also": draw(st.sampled_from([[], authorities])),
                 "memo": draw(st.sampled_from(["", *sorted(rows["memo"])]))}  # fmt: skip
        if draw(FLAGS):
            body["term"] = draw(TERM)
        if draw(FLAGS):
            rows.setdefault("examples", {})[code] = {"texts": draw(SAID)}
    if draw(FLAGS):
        rows["named"] = {code: draw(NAMED) for code in authorities}
        rows["branch"] = draw(BRANCHES)
        rows["booth"] = draw(BOOTHS) if rows["branch"] else {}
        for body in rows["booth"].values():
            body["branch"] = draw(st.sampled_from(sorted(rows["branch"])))
    assert set(rows) <= set(KINDS)
    return made(objects={Key(kind, code): body for kind, some in rows.items() for code, body in some.items()}, **HEAD)
