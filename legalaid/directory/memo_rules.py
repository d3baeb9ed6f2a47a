"""The template of a memo: two headings of Markdown, and words in braces that the topic fills."""

import re
from collections.abc import Mapping

LAW, STEPS = "Что говорит закон", "Что делать дальше"
PLACE = re.compile(r"\{(\w+)\}")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[А-ЯЁA-Z«{])")


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
