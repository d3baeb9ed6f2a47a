"""The product is complete in English: nothing is missing, nothing is left over, placeholders survive."""

import re

import pytest
from babel.messages.catalog import Catalog, Message

from scripts import catalogue

DOMAINS = sorted(catalogue.DOMAINS)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")


def strings(message: Message) -> list[str]:
    found = message.string if isinstance(message.string, tuple | list) else [message.string]
    return [text or "" for text in found]


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_message_of_the_sources_is_in_the_catalogue_and_no_other(domain: str) -> None:
    def ids(found: Catalog) -> set[object]:
        return {(str(m.id), m.context) for m in found if m.id}

    assert ids(catalogue.stored(domain)) == ids(catalogue.fresh(domain)), "run: python scripts/catalogue.py extract"


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_message_is_translated_with_its_placeholders(domain: str) -> None:
    for message in catalogue.stored(domain):
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[-1]
            for text in strings(message):
                assert text.strip(), f"not translated: {source}"
                assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(source)), source
                assert not re.search("[а-яё]", text, re.IGNORECASE) or message.id == text, f"still Russian: {text}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_binary_catalogue_is_that_of_the_readable_one(domain: str) -> None:
    assert (catalogue.LOCALE / f"{domain}.mo").read_bytes() == catalogue.binary(domain), "run: … catalogue.py compile"
