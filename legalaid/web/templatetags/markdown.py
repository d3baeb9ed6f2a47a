"""Markdown of the method as HTML: raw HTML is shown as the letters it is, pictures are left out."""

from django import template
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

register = template.Library()
READER = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False}).disable("image")
ANSWER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(["emphasis", "list", "newline"])
"""The reader of short answers: paragraphs, lists and bold words are all there is."""


@register.filter
def answer(text: str) -> SafeString:
    """A short answer, for reading."""
    return SafeString(ANSWER.render(text))  # what it did not make itself is escaped


@register.filter
def markdown(text: str) -> SafeString:
    """A text of the method, for reading; its headings begin below the page's own."""
    tokens = READER.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    return SafeString(READER.renderer.render(tokens, READER.options, {}))  # what it did not make itself is escaped
