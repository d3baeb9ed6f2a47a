"""The staff's navigation: one list a role; a new page is one line here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.actor import Actor
from legalaid.people.states import Role


class Door(NamedTuple):
    """A page of the staff's navigation: name of its address, label, icon, group ('' = it stands by itself)."""

    name: str
    label: str | Promise
    icon: str
    group: str | Promise = ""


AGREEMENTS, CATALOGUE, NETWORK, FIGURES = _("Соглашения"), _("Справочник"), _("Сеть"), _("Показатели")
"""Groups of the office, in the order of their first page below."""

DOORS: dict[Role, list[Door]] = {
    Role.OPERATOR: [
        Door("desk", _("Сегодня"), icon="calendar-days"),
        Door("desk-register", _("Новый посетитель"), icon="user-plus"),
        Door("search", _("Поиск"), icon="search"),
        Door("staff-guide", _("Обучение"), icon="book-open"),
    ],
    Role.EXPERT: [
        Door("expert", _("Приём"), icon="headset"),
        Door("search", _("Поиск"), icon="search"),
        Door("recordings", _("Записи"), icon="film"),
        Door("staff-guide", _("Обучение"), icon="book-open"),
    ],
    Role.COORDINATOR: [
        Door("authority", _("Посты и часы"), icon="calendar-clock"),
        Door("authority-agreements", _("Соглашения"), icon="file-text"),
        Door("authority-experts", _("Специалисты"), icon="users"),
        Door("authority-rulings", _("Правила"), icon="sliders-horizontal"),
        Door("recordings", _("Записи"), icon="film"),
    ],
    Role.OFFICE: [
        Door("office", _("Обзор"), icon="layout-dashboard"),
        Door("office-agreements", _("Все соглашения"), icon="file-text", group=AGREEMENTS),
        Door("office-orphans", _("Требует решения"), icon="circle-alert", group=AGREEMENTS),
        Door("office-clauses", _("Пункты соглашений"), icon="list", group=AGREEMENTS),
        Door("office-catalogue", _("Каталог тем"), icon="library", group=CATALOGUE),
        Door("office-triage", _("Подбор тем"), icon="search", group=CATALOGUE),
        Door("office-pack", _("Пакет и запуск"), icon="package", group=CATALOGUE),
        Door("staff-guide", _("Обучение"), icon="book-open", group=CATALOGUE),
        Door("office-network", _("Отделения"), icon="building-2", group=NETWORK),
        Door("office-authorities", _("Органы"), icon="landmark", group=NETWORK),
        Door("office-booths", _("Места видеосвязи"), icon="monitor-check", group=NETWORK),
        Door("office-people", _("Сотрудники"), icon="users", group=NETWORK),
        Door("office-interpreters", _("Переводчики"), icon="languages", group=NETWORK),
        Door("authority-rulings", _("Правила приёма"), icon="sliders-horizontal", group=NETWORK),
        Door("watch", _("Сейчас"), icon="radar", group=FIGURES),
        Door("figures", _("Показатели"), icon="chart-column", group=FIGURES),
    ],
    Role.DUTY_OFFICER: [Door("watch", _("Сейчас"), icon="radar")],
    Role.OBSERVER: [Door("figures", _("Показатели"), icon="chart-column")],
}
"""Role → its pages, in their order."""


@dataclass(frozen=True, slots=True)
class Item:
    """A link of the navigation. `current`: 'page' on that very page, 'true' on one below it, '' elsewhere."""

    url: str
    label: str | Promise
    icon: str
    current: str


@dataclass(slots=True)
class Group:
    """Links under one word; a group without a label holds one link that stands by itself."""

    label: str | Promise
    items: list[Item] = field(default_factory=list)

    @property
    def current(self) -> bool:
        return any(item.current for item in self.items)


def nav_of(actor: Actor, path: str) -> list[Group]:
    """The navigation of the actor's roles, in their order, no page twice."""
    doors: dict[str, Door] = {}
    for door in _doors_of(actor):
        doors.setdefault(reverse(door.name), door)
    here = _nearest(doors, path)
    found: list[Group] = []
    for url, door in doors.items():
        current = "page" if url == path else "true" if url == here else ""
        item = Item(url, door.label, door.icon, current)
        group = next((one for one in found if one.label and one.label == door.group), None)
        if group is None:
            found.append(group := Group(door.group))
        group.items.append(item)
    return found


def landing_of(actor: Actor) -> str | None:
    """The first page of the actor's first role; None when no role is in force."""
    first = next(_doors_of(actor), None)
    return reverse(first.name) if first else None


def _doors_of(actor: Actor) -> Iterator[Door]:
    for role, doors in DOORS.items():
        if actor.has(role):
            yield from doors


def _nearest(urls: Iterable[str], path: str) -> str | None:
    """The page above a page; the first page of a door («/office/») is above all of them and so says nothing."""
    above = [url for url in urls if path.startswith(url) and url.strip("/").count("/")]
    return max(above, key=len, default=None)
