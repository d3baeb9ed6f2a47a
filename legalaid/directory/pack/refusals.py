"""How a pack is refused: with words, and with nothing changed."""

from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError


class PackRefused(DomainError):
    """The pack cannot be taken as it is; nothing was changed."""

    code = "pack"
    field = "file"


class PackTooNew(PackRefused):
    """A later version of the programme wrote it."""

    code = "pack_too_new"
    text = _("Этот пакет сделан более новой версией программы. Сначала обновите программу, потом примите пакет.")


def damaged(what: str = "") -> PackRefused:
    """The refusal of a file that is not what it says it is; `what` names the place."""
    text = _("Пакет повреждён или изменён после выгрузки: попросите прислать его ещё раз.")
    return PackRefused(f"{text} ({what})" if what else text)
