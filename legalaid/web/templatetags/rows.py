"""Looking into what a view has gathered."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def at_key(rows: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key, '' where there is none: `{{ said|at_key:ticket.help_request_id }}`."""
    return rows.get(key, "")


@register.filter
def iso_day(day: str | None) -> str:
    """«3 ноября 2026» for a day as files keep it, 2026-11-03."""
    return date_format(date.fromisoformat(day), "j E Y") if day else ""


@register.filter
def task_name(task: Any) -> str:
    """What has happened: a booth that failed its own test is named apart from a person whose devices do not work."""
    if task.kind != "device":
        return str(task.get_kind_display())
    return str(_("место не прошло проверку") if task.booth else _("у гражданина не работает камера или микрофон"))


@register.filter
def task_hint(task: Any) -> str:
    """What to tell the person a task is about; '' when it speaks for itself."""
    hints = {
        "camera_denied": _(
            "Подскажите: нажать на замок слева от адреса, включить «Камера» и обновить страницу. Говорить можно и без"
            " камеры."
        ),
        "microphone_denied": _(
            "Подскажите: нажать на замок слева от адреса, включить «Микрофон» и обновить страницу. Пока пишите в чат."
        ),
    }
    return str(hints.get(task.kind, ""))


@register.filter
def task_place(task: Any) -> str:
    """What a task is about: «№ 61-4827 · пенсионный фонд · МФЦ · Кабинет 1», of these what there is."""
    request, authority, branch, booth = task.help_request, task.authority, task.branch, task.booth
    said = [
        f"№ {request.number}" if request else "", authority.plain if authority else "", branch.name if branch else "",
        booth.name if booth else "",
    ]  # fmt: skip
    return " · ".join(words for words in said if words)
