"""What no page of ours may have. Every HTML answer of the test client passes here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

OWN_HOSTS = {"", "testserver", "localhost", "127.0.0.1"}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}
ASSETS = {
    "script": ("src",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "iframe": ("src",),
    "use": ("href",),
    "object": ("data",),
}
DATA_SCRIPTS = {"application/json", "application/ld+json"}


def problems(html: str, *, fragment: bool = False) -> list[str]:
    """Say in words what is wrong with a page, or with a fragment that htmx puts into one."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parse = parser.parseFragment if fragment else parser.parse
    root: Element = parse(html)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    found = [] if fragment else list(_document(root))
    found += _labels(elements)
    found += _forms(elements)
    found += _inline_code(elements)
    found += _hosts(elements)
    found += _names(elements)
    if "{# " in html and " #}" in html:  # one that goes on in the next line is no comment to Django: people read it
        found.append("a comment of the template is shown")
    ids = Counter(value for element in elements if (value := element.get("id")))
    found += [f"id «{name}» stands {count} times" for name, count in ids.items() if count > 1]
    return found


def _document(root: Element) -> Iterator[str]:
    if not (root.get("lang") or "").strip():
        yield "<html> has no lang"
    title = root.find("./head/title")
    if title is None or not _text(title):
        yield "no <title>"


def _labels(elements: list[Element]) -> Iterator[str]:
    named = {label.get("for") for label in elements if label.tag == "label"}
    wrapped = {child for label in elements if label.tag == "label" for child in label.iter()}
    for field in elements:
        if field.tag not in {"input", "select", "textarea"} or (field.get("type") or "text") in UNLABELLED:
            continue
        own = field.get("aria-label") or field.get("aria-labelledby") or field.get("hidden") is not None
        if not own and field.get("id") not in named and field not in wrapped:
            yield f"<{field.tag} name={field.get('name')!r}> has no label"


def _forms(elements: list[Element]) -> Iterator[str]:
    for form in elements:
        if form.tag != "form" or (form.get("method") or "get").lower() != "post":
            continue
        if not any(child.get("name") == "csrfmiddlewaretoken" for child in form.iter("input")):
            yield f"POST form to {form.get('action')!r} has no csrf token"


def _inline_code(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        for name in element.keys():  # noqa: SIM118 - an Element is not a mapping
            if name.startswith(("on", "hx-on")):
                yield f"<{element.tag}> has an inline handler {name}"
        if element.get("style") is not None or element.tag == "style":
            yield f"<{element.tag}> has an inline style"
        if element.tag == "script" and not element.get("src") and element.get("type") not in DATA_SCRIPTS:
            yield "inline <script>"
        if (element.get("href") or "").lower().startswith("javascript:"):
            yield f"<{element.tag}> has a javascript: address"


def _hosts(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        for name in ASSETS.get(str(element.tag), ()):
            for address in (element.get(name) or "").split(","):
                host = urlsplit(address.strip().split(" ")[0]).hostname or ""
                if host not in OWN_HOSTS:
                    yield f"<{element.tag}> loads from {host}"


def _names(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if element.tag == "img" and element.get("alt") is None:
            yield f"<img src={element.get('src')!r}> has no alt"
        if element.tag in {"a", "button"} and element.get("aria-hidden") != "true":
            spoken = _text(element) or element.get("aria-label") or element.get("aria-labelledby")
            if not spoken and not any(image.get("alt") for image in element.iter("img")):
                yield f"<{element.tag}> says nothing: {element.attrib}"


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()
