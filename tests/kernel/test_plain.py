"""Words of people in documents of other programs."""

import json
import tempfile
from pathlib import Path

import pytest
import typst

from legalaid.kernel.plain import drawable, printable


def test_control_and_hidden_characters_go_and_the_rest_stays() -> None:
    assert printable("а\x01б\x00\u200bв\u202e\nг\xa0— №") == "абв\nг\xa0— №"


def test_what_is_drawable_is_drawn_and_what_is_not_becomes_a_question() -> None:
    said = json.loads(drawable({"a": ["Привет, №\xa05 — «да»… ₽", ("😀ა漢\x01", True, 3)]}))
    assert said == {"a": ["Привет, №\xa05 — «да»… ₽", ["???", True, 3]]}
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.typ")
        page.write_text('#set document(title: "x")\n#sys.inputs.t', encoding="utf-8")

        def draw(text: str) -> bytes:
            return typst.compile(
                page, format="pdf", sys_inputs={"t": text}, pdf_standards=["ua-1"], ignore_system_fonts=True
            )

        with pytest.raises(typst.TypstError):  # the control: such a sign stops the whole document
            draw("漢")
        assert draw(json.loads(drawable("漢 " + "".join(map(chr, range(0x20, 0x500))))))
