"""`legalaid pack …`: give the region's method away as one file, look at another's, take it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from legalaid.ops.voice import refuse, region, say

if TYPE_CHECKING:
    from legalaid.directory.pack import Pack
    from legalaid.directory.pack.plan import Plan

app = typer.Typer(help="Пакет региона: выгрузить, посмотреть разницу, принять.", no_args_is_help=True)
WORDS = {"new": "новое", "changed": "изменится", "kept": "останется ваше", "gone": "в пакете больше нет"}
Network = Annotated[bool, typer.Option("--network", help="И названия органов, отделения и места: копия сети.")]


@app.command("export")
def export(
    path: Annotated[Path, typer.Argument(metavar="ФАЙЛ", help="Куда записать, например rostov.zip.")],
    network: Network = False,
    name: Annotated[str, typer.Option(help="Название пакета; обычно название региона.")] = "",
) -> None:
    """Выгрузить метод региона в один файл; людей и соглашений в нём нет."""
    with region():
        from legalaid.directory.pack import pack_bytes
        from legalaid.directory.pack_queries import own_pack

        began = time.perf_counter()
        pack = own_pack(network=network, name=name)
        content = pack_bytes(pack)
        try:
            path.write_bytes(content)
        except OSError as error:
            refuse(f"{path}: не записать ({error.strerror}).")
        say(f"Записано: {path}, {len(content) // 1024 + 1} КБ, объектов {len(pack.objects)}, SHA-256 {pack.digest}.")
        _said_time(began)


@app.command("import")
def take(
    path: Annotated[Path, typer.Argument(metavar="ФАЙЛ", help="Файл пакета; rostov или new_region: из программы.")],
    plan: Annotated[bool, typer.Option("--plan", help="Только показать, что изменится.")] = False,
    theirs: Annotated[
        list[str] | None, typer.Option("--take", help="Взять из пакета то, что изменено здесь: вид:код, all = всё.")
    ] = None,
    remove_gone: Annotated[
        bool, typer.Option("--remove-gone", help="Убрать тексты, которых в пакете больше нет.")
    ] = False,
) -> None:
    """Принять пакет. Что изменено здесь, остаётся; повторный приём того же пакета ничего не меняет."""
    with region():
        from legalaid.directory.pack.kinds import Key
        from legalaid.directory.pack.plan import Choices
        from legalaid.directory.pack_queries import plan_of
        from legalaid.directory.services import import_pack
        from legalaid.kernel.actor import Actor

        began = time.perf_counter()
        pack = _read(path)
        if plan:
            _tell(plan_of(pack), diffs=True)
            say("Ничего не изменено: это план.")
            return
        wanted = theirs or []
        keys = frozenset(Key(*one.partition(":")[::2]) for one in wanted)
        choices = Choices(take=keys, take_all="all" in wanted, remove_gone=remove_gone)
        done = import_pack(pack=pack, actor=Actor.system("command"), now=datetime.now(UTC), choices=choices)
        _tell(done, diffs=False)
        say("Здесь уже всё так, ничего не изменено." if done.work(choices).nothing else "Пакет принят.")
        _said_time(began)


def _read(path: Path) -> Pack:
    from legalaid.directory.pack import PACKS, SHIPPED, read_pack, read_zip
    from legalaid.directory.pack.archive import MAX_ARCHIVE

    if not path.exists() and str(path) in SHIPPED:
        return read_pack(PACKS / str(path))
    try:
        with path.open("rb") as file:
            return read_zip(file.read(MAX_ARCHIVE + 1))
    except OSError as error:
        refuse(f"{path}: не читается ({error.strerror}).")


def _tell(plan: Plan, *, diffs: bool) -> None:
    say(f"Пакет «{plan.pack.name}», SHA-256 {plan.pack.digest}.")
    for step in plan.steps:
        say(f"  {WORDS[step.action]:<20} {step.label}: {step.title} [{step.key}]")
        if diffs:
            for mark, text in step.diff:
                say(f"      {mark} {text}")
    counts = ", ".join(f"{WORDS[name]} {count}" for name, count in plan.counts.items())
    say(f"Итого: {counts}, без изменений {plan.same}, только ваших {plan.own}.")


def _said_time(began: float) -> None:
    say(f"Заняло {time.perf_counter() - began:.2f} с.")
