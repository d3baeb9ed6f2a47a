"""What the documents say is what the code does."""

import re

from django.apps import apps

from tests.support.tree import ROOT, texts

READS = re.compile(r"""env\.\w+\(\s*["']([A-Z_]+)["']|environ(?:\.get|\.setdefault)?[\[(]\s*["']([A-Z_]+)["']""")
NOT_SETTINGS = {"DJANGO_SETTINGS_MODULE"}
WORDS = ["legalaid", "Django", "PostgreSQL"]


def _glossary() -> dict[str, str]:
    """Name of a class in the code → its row."""
    rows = {}
    for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            for name in re.findall(r"`(\w+)`", line.split("|")[1]):
                rows[name] = line
    return rows


def test_the_glossary_has_every_table_by_its_russian_name() -> None:
    rows = _glossary()
    models = {m.__name__: m for m in apps.get_models() if m.__module__.startswith("legalaid.")}
    assert sorted(set(models) - set(rows)) == []
    wrong = [n for n, m in models.items() if str(m._meta.verbose_name).split(" (")[0] not in rows[n]]
    assert wrong == []


def test_every_variable_read_is_documented_and_the_other_way_round() -> None:
    read: set[str] = set()
    for _, text in texts(".py", under="legalaid/"):
        read |= {first or second for first, second in READS.findall(text)}
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)`", page, flags=re.MULTILINE))
    assert sorted(read - documented - NOT_SETTINGS) == []
    assert sorted(documented - read) == []


def test_links_between_documents_lead_somewhere() -> None:
    found = []
    for name, text in texts(".md"):
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if not re.match(r"https?:|mailto:", target) and not (ROOT / name).parent.joinpath(target).exists():
                found += [f"{name} → {target}"]
    assert found == []


def test_decisions_are_numbered_and_short() -> None:
    folder = ROOT / "docs/decisions"
    numbers = []
    for path in sorted(folder.glob("*.md")):
        match = re.fullmatch(r"(\d{4})-[a-z0-9-]+\.md", path.name)
        assert match, path.name
        numbers.append(int(match.group(1)))
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 50, f"{path.name} is longer than a page"
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


def test_every_test_that_a_document_names_exists() -> None:
    found, missing = 0, []
    for name, text in texts(".md", under="docs/"):
        for path, test in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text):
            found += 1
            file = ROOT / path
            if not file.exists() or f"def {test}(" not in file.read_text(encoding="utf-8"):
                missing.append(f"{name} → {path}::{test}")
    assert missing == []
    assert found > 10
