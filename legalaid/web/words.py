"""Dictionary of the client's words (client/src/i18n.ts) for pages that are not in Russian."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import DjangoTranslation


@cache
def _dictionary(language: str) -> dict[str, str]:
    catalogue = DjangoTranslation(language, domain="djangojs", localedirs=settings.LOCALE_PATHS)
    found: dict[Any, Any] = dict(catalogue._catalog.items()) if catalogue._catalog else {}
    return {key: text for key, text in found.items() if isinstance(key, str) and key and isinstance(text, str)}


def client_words(request: HttpRequest) -> dict[str, Any]:
    """`client_words`: {Russian: translation}, or None where the page is in the source language."""
    language = get_language() or settings.LANGUAGE_CODE
    if language.split("-")[0] == settings.LANGUAGE_CODE:
        return {"client_words": None}
    return {"client_words": _dictionary(language)}
