"""Refusals of the network, each with its text for the person."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from legalaid.directory.topic_rules import Fault
from legalaid.kernel.errors import DomainError, IllegalMove


class AgreementRefused(DomainError):
    """Something of the agreement cannot be as written; `field` says which."""

    code = "agreement"


class AgreementMovedOn(IllegalMove):
    """Somebody moved it meanwhile, or it cannot be moved so from where it stands."""

    code = "agreement_moved_on"
    text = _("Соглашение уже в другом состоянии: обновите страницу. Ничего не изменилось.")


class NotEditable(DomainError):
    """Terms are written while it is a draft; the annex also while it is in force."""

    code = "not_editable"
    text = _("Сейчас это не изменить: условия правят в проекте, приложение — в проекте и пока соглашение действует.")


class ScanRefused(DomainError):
    """The file is not what we can show; nothing was kept."""

    code = "scan"
    field = "file"


SCAN_REFUSALS = {
    "kind": _("Подойдут PDF или фотография (JPEG, PNG)."),
    "size": _("Файл больше 20 мегабайт. Разделите его на части."),
    "pages": _("В файле больше 20 страниц. Разделите его на части."),
    "locked": _("Файл закрыт паролем. Сохраните его без пароля."),
    "broken": _("Файл не открывается: возможно, он повреждён. Отсканируйте ещё раз."),
    "empty": _("Выберите файл."),
    "many": _("К соглашению уже приложено 20 файлов."),
    "twice": _("Этот файл уже приложен."),
}


class NothingCovered(DomainError):
    """An agreement whose annex is empty switches nothing on."""

    code = "nothing_covered"
    text = _("Приложение пустое: отметьте хотя бы одну тему и одно место.")


class TopicRefused(DomainError):
    """Something of the topic cannot be as written; `faults` say what, field by field."""

    code = "topic"
    text = _("Тема не сохранена: исправьте отмеченное.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class TopicMoved(DomainError):
    """Somebody wrote another version since this one was opened; `now` is what stands there."""

    code = "topic_moved"
    text = _(
        "Пока вы писали, тему изменили. Ничего не потеряно: ваш текст в форме, ниже показано, чем он отличается от "
        "записанного. Сохраните ещё раз, если ваш вариант верный."
    )

    def __init__(self, now: dict[str, Any]) -> None:
        super().__init__()
        self.now = now


class PlaceRefused(DomainError):
    """Something of a booth or an authority cannot be as written; `field` says which."""

    code = "place"


class ChangedMeanwhile(DomainError):
    """Somebody wrote another version since this page was opened; nothing of either is lost."""

    code = "changed_meanwhile"
    text = _(
        "Пока вы писали, это изменил другой сотрудник. Ничего не потеряно: ваш вариант в форме, ниже показано, что "
        "записано сейчас. Сохраните ещё раз, если верен ваш вариант."
    )


class AreaRefused(DomainError):
    """The name of an area is missing, too long, or another area has it."""

    code = "area"
    field = "name"


class SheetRefused(DomainError):
    """The file is not a sheet of the catalogue we can read; nothing was changed."""

    code = "sheet"
    field = "file"
