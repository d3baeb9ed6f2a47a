"""The template of a memo: its two parts, its words in braces, what is left out when the topic does not say it."""

from legalaid.directory.memo_rules import memo_parts
from legalaid.directory.pack import PACKS, read_pack

TEMPLATE = """## Что говорит закон

Вопрос регулирует: {нормы}. Срок: {срок}. Отказ объясняют письменно.

## Что делать дальше

- Подайте заявление в {орган}.
- Дождитесь ответа. Срок: {срок}.
"""


def test_the_words_of_the_topic_are_put_in() -> None:
    law, steps = memo_parts(TEMPLATE, {"орган": "Соцфонд", "срок": "10 дней", "нормы": "Закон о пенсиях"})
    assert law == "Вопрос регулирует: Закон о пенсиях. Срок: 10 дней. Отказ объясняют письменно."
    assert steps == "Подайте заявление в Соцфонд.\nДождитесь ответа. Срок: 10 дней."


def test_a_sentence_whose_word_is_not_known_is_left_out() -> None:
    law, steps = memo_parts(TEMPLATE, {"орган": "Соцфонд", "срок": "", "нормы": ""})
    assert law == "Отказ объясняют письменно."
    assert steps == "Подайте заявление в Соцфонд.\nДождитесь ответа."


def test_no_template_is_an_empty_memo() -> None:
    assert memo_parts("", {}) == ("", "")


def test_every_template_of_rostov_gives_steps_and_leaves_no_brace() -> None:
    for code, body in read_pack(PACKS / "rostov").of("memo").items():
        law, steps = memo_parts(body["text"], {"орган": "Орган", "срок": "10 дней", "нормы": "Закон"})
        assert law, code
        assert len(steps.split("\n")) >= 3, code
        assert "{" not in law + steps, code
