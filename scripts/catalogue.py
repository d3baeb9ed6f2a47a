"""The English catalogue: `extract` brings legalaid/web/locale/en up to the sources, `compile` makes the .mo files.

Words come from Python (gettext and its kin), from templates (through Django's own `templatize`) and from TypeScript
(`t("…")`). Babel does the rest; GNU gettext is not needed. A test holds that nothing is missing or left over.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "legalaid/web/locale/en/LC_MESSAGES"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2),
    "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
CALL = re.compile(r"""\bn?p?gettext\((?:[^()'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*\)""", re.DOTALL)
T_CALL = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"', re.DOTALL)

Found = tuple[str | tuple[str, ...], str | None]


def _python(text: str) -> Iterator[Found]:
    for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        yield (message if isinstance(message, str) else tuple(message)), context


def from_server() -> Iterator[Found]:
    """Messages of Python code and templates."""
    from django.utils.translation.template import templatize

    for path in sorted((ROOT / "legalaid").rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _python(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "legalaid/web/templates").rglob("*.html")):
        text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from _python("\n".join(CALL.findall(text)))  # what stands between the calls is blotted out, not Python


def from_client() -> Iterator[Found]:
    """Messages of the browser's code."""
    for path in sorted((ROOT / "client/src").rglob("*.ts")):
        if not path.name.endswith(".test.ts"):
            for found in T_CALL.findall(path.read_text(encoding="utf-8")):
                yield found.replace('\\"', '"').replace("\\n", "\n"), None


HEADER = "# Plain English for the readers of PROJECT. Brought up to the sources by scripts/catalogue.py."
DOMAINS = {"django": from_server, "djangojs": from_client}


def stored(domain: str) -> Catalog:
    """The catalogue as it is in the repository."""
    path = LOCALE / f"{domain}.po"
    if not path.exists():
        return Catalog(locale="en", domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale="en", domain=domain)


def fresh(domain: str) -> Catalog:
    """What the sources ask for, with the translations that are known."""
    known = stored(domain)
    # Dates stay as they are: an extraction that finds nothing new changes no file.
    wanted = Catalog(
        locale="en", domain=domain, project="legalaid", version="1", charset="utf-8", fuzzy=False,
        header_comment=HEADER, creation_date=known.creation_date, revision_date=known.creation_date,
        last_translator="legalaid", language_team="English", msgid_bugs_address="see README.md",
    )  # fmt: skip
    for message, context in DOMAINS[domain]():
        old = known.get(message if isinstance(message, str) else message[0], context)
        wanted.add(message, old.string if old else None, context=context)
    return wanted


def write(domain: str, found: Catalog) -> None:
    """Keep a catalogue in the repository: sorted, without line numbers, so that a change shows only what changed."""
    LOCALE.mkdir(parents=True, exist_ok=True)
    with (LOCALE / f"{domain}.po").open("wb") as file:
        write_po(file, found, sort_output=True, no_location=True, width=120)


def bring_up_to_date() -> None:
    """Rewrite the .po files: new messages are added empty, those no longer used are dropped."""
    for domain in DOMAINS:
        write(domain, fresh(domain))


def binary(domain: str) -> bytes:
    """The .mo file of a domain."""
    file = io.BytesIO()
    write_mo(file, stored(domain))
    return file.getvalue()


def make_binary() -> None:
    """Write the .mo files that the service reads; they are kept beside the .po files, so no step is needed to run."""
    for domain in DOMAINS:
        (LOCALE / f"{domain}.mo").write_bytes(binary(domain))


def main() -> None:
    import django

    sys.path.insert(0, str(ROOT))
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    django.setup()
    {"extract": bring_up_to_date, "compile": make_binary}[sys.argv[1]]()


if __name__ == "__main__":
    main()
