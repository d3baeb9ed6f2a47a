"""What a paper may be: its refusals in words, its name."""

from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError


class PaperRefused(DomainError):
    """The file is not what we can show, or there is too much of it; nothing was kept."""

    code = "paper"
    field = "file"


REFUSALS = {
    "kind": _("Такой файл показать нельзя. Подойдут фотография (JPEG, PNG) или PDF."),
    "size": _("Файл больше 20 мегабайт. Сфотографируйте страницы по одной."),
    "pages": _("В файле больше 20 страниц. Добавьте только нужные."),
    "many": _("У заявки уже 60 страниц документов: больше не поместится."),
    "locked": _("Файл закрыт паролем. Сохраните его без пароля или сфотографируйте."),
    "broken": _("Файл не открывается: возможно, он повреждён. Сфотографируйте документ ещё раз."),
    "empty": _("Выберите файл или сделайте снимок."),
}


def refused(why: str) -> PaperRefused:
    return PaperRefused(REFUSALS[why])


def clean_name(name: str) -> str:
    """A file's name as the others see it: one line of up to 120 letters, without a folder."""
    shown = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(shown.replace("\\", "/").rsplit("/", 1)[-1].split())[:120]
