"""The template of a memo: two headings of Markdown, and words in braces that the topic fills."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LAW, STEPS = "Что говорит закон", "Что делать дальше"
PLACE = re.compile(r"\{(\w+)\}")
BRACES = re.compile(r"\{[^{}\n]*\}|[{}]")
PLACES: Mapping[str, str | Promise] = {
    "орган": _("как люди называют орган"), "срок": _("срок по закону"), "нормы": _("акты через точку с запятой"),
}  # fmt: skip
"""Words in braces, and what the topic puts there."""
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[А-ЯЁA-Z«{])")


def said_in_memos(authority: str, deadline: str, law: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What a topic puts in the places of its memo's template."""
    return {"орган": authority, "срок": deadline, "нормы": "; ".join(norm["act"] for norm in law)}


def memo_parts(text: str, said: Mapping[str, str]) -> tuple[str, str]:
    """What the law says and what to do, a step a line; a sentence whose word the topic does not know is left out."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in text.split("\n"):
        if line.startswith("## "):
            heading = line.removeprefix("## ").strip()
        elif spoken := _filled(line.strip().removeprefix("- "), said):
            found.setdefault(heading, []).append(spoken)
    return "\n".join(found.get(LAW, [])), "\n".join(found.get(STEPS, []))


def _filled(line: str, said: Mapping[str, str]) -> str:
    sentences = SENTENCE.split(line)
    whole = [one for one in sentences if all(said.get(word) for word in PLACE.findall(one))]
    return PLACE.sub(lambda match: said[match[1]], " ".join(whole))


def unknown_places(text: str) -> list[str]:
    """What stands in braces and no topic can fill, a brace without its pair among it; each once, in order."""
    found = (hit for hit in BRACES.findall(text) if hit[1:-1] not in PLACES or len(hit) < 2)
    return list(dict.fromkeys(found))


def places_fault(text: str) -> str:
    """What is wrong with the places of a template, in words that name them; '' when nothing is."""
    strange = unknown_places(text)
    if not strange:
        return ""
    known = ", ".join(f"{{{place}}}" for place in PLACES)
    told = _("Программа не знает, что подставить вместо: %(names)s. Можно: %(known)s.")
    return str(told) % {"names": ", ".join(strange), "known": known}
