"""The code keeps the rules that no linter knows."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.tree import imports, modules, texts

DOORS = ("legalaid.web", "legalaid.realtime", "legalaid.api")
SYSTEM_STEPS = {
    # What a worker or a socket does by itself has no person behind it.
    "legalaid.dialogue.services.entering.disconnected": "actor",
    "legalaid.dialogue.services.entering.leave": "actor",
    "legalaid.messaging.services.send": "actor now",
    "legalaid.messaging.services.resend_stuck": "actor",
    "legalaid.messaging.services.take_receipt": "actor",  # the gateway's word, signed
    "legalaid.messaging.services.withdraw": "actor",
    "legalaid.messaging.services.write_email": "actor",  # part of the service that has cause for the letter
    "legalaid.messaging.services.write_sms": "actor",
    "legalaid.journal.services.entry": "now",  # as record
    "legalaid.journal.services.record": "now",  # takes `at`: history may be told later
    "legalaid.journal.services.seal": "actor now",
    "legalaid.journal.services.write": "keywords actor now",  # entries name their own
    "legalaid.journal.services.written": "keywords actor now",
    "legalaid.people.services.consents.consent_parts": "actor",  # writes nothing; consent_entry names her
    "legalaid.reception.services.touched.carry_out_all": "actor now",  # `carry_out` knows both
    "legalaid.reception.services.touched.described": "actor",  # only reads
    "legalaid.intake.services.requests.choice_part": "actor",  # a part of the statement of whoever registers
    "legalaid.journal.services.verify": "actor now",
}
HELPERS = {
    # Parts of a service that another service calls inside its own transaction.
    "legalaid.dialogue.services.steps",
    "legalaid.reception.services.freed",
    "legalaid.reception.services.moves",
    "legalaid.reception.services.proposing",
    "legalaid.reception.services.reserve",
    "legalaid.reception.services.waiting",
}


def _services() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for dotted, tree in modules().items():
        if ".services" not in dotted or dotted in HELPERS:
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                yield f"{dotted}.{node.name}", node


@pytest.mark.parametrize(("name", "function"), [pytest.param(n, f, id=n) for n, f in _services()])
def test_a_service_takes_keywords_actor_and_now_and_says_what_it_does(name: str, function: ast.FunctionDef) -> None:
    positional = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    if name.startswith("legalaid.intake.services.requests.clean"):
        return  # a pure check of one text
    assert positional == [], f"{name}: arguments are keyword-only"
    given = {a.arg for a in function.args.kwonlyargs}
    expected = {"actor", "now"} - set(SYSTEM_STEPS.get(name, "").split())
    assert expected <= given, f"{name}: takes actor and now"
    assert ast.get_docstring(function), f"{name}: says what it does"


def _types_only(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def test_doors_touch_no_models() -> None:
    found = []
    for dotted, tree in modules().items():
        if not dotted.startswith(DOORS):
            continue
        # A row that a service returned may be named in an annotation, hence not `if TYPE_CHECKING:`.
        running = [name for node in tree.body if not _types_only(node) for name in imports(node)]
        found += [f"{dotted} imports {name}" for name in running if re.search(r"legalaid\.\w+\.models\b", name)]
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
                found.append(f"{dotted}:{node.lineno} asks a manager")
    assert found == []


def test_migrations_have_descriptive_names_and_import_nothing_of_ours() -> None:
    found = []
    for dotted, tree in modules().items():
        folder, _, name = dotted.rpartition(".")
        if not folder.endswith(".migrations"):
            continue
        if not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]{6,}", name) or "_auto_" in name or name.endswith("initial"):
            found.append(f"{dotted}: name says nothing")
        found += [f"{dotted} imports {module}" for module in imports(tree) if module.startswith("legalaid")]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                wanted = {"RunPython": "reverse_code", "RunSQL": "reverse_sql"}.get(node.func.attr)
                if wanted and len(node.args) < 2 and wanted not in {k.arg for k in node.keywords}:
                    found.append(f"{dotted}:{node.lineno} cannot be undone")
    assert found == []


def test_no_module_outgrows_its_limit() -> None:
    limits = [("legalaid/", 400), ("client/", 400), ("bench/", 400), ("scripts/", 400), ("tests/", 600)]
    found = []
    for under, limit in limits:
        for name, text in texts(".py", ".ts", under=under):
            if (lines := text.count("\n")) > limit:
                found += [f"{name}: {lines} lines, at most {limit}"]
    assert found == []


def test_no_names_that_say_nothing() -> None:
    found = []
    for dotted, tree in modules().items():
        if dotted.rsplit(".", 1)[-1] in {"utils", "helpers", "misc", "common"}:
            found.append(dotted)
        classes = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        found += [f"{dotted}.{c}" for c in classes if c.endswith(("Manager", "Handler", "Processor", "Helper"))]
    assert found == []


def test_a_type_ignore_says_which_error_and_why() -> None:
    found = []
    for name, text in texts(".py", under="legalaid/"):
        for number, line in enumerate(text.splitlines(), start=1):
            if "type: ignore" in line and not re.search(r"# type: ignore\[[a-z-, ]+\].*#|#.*#\s*type: ignore\[", line):
                found.append(f"{name}:{number}")
    assert found == []
