"""Dictionary of the client's words (client/src/i18n.ts) for pages that are not in Russian."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JavaScriptCatalog


@cache
def _dictionary(language: str) -> dict[str, str]:
    catalogue = JavaScriptCatalog()
    catalogue.translation = DjangoTranslation(language, domain="djangojs")
    return {key: text for key, text in catalogue.get_catalog().items() if key and isinstance(text, str)}


def client_words(request: HttpRequest) -> dict[str, Any]:
    """`client_words`: {Russian: translation}, or None where the page is in the source language."""
    language = get_language() or settings.LANGUAGE_CODE
    if language.split("-")[0] == settings.LANGUAGE_CODE:
        return {"client_words": None}
    return {"client_words": _dictionary(language)}
