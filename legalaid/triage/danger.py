"""Words that mean somebody is in danger now: then telephone numbers come before everything else."""

import re
from dataclasses import dataclass
from datetime import date

from legalaid.triage.text import marked as _
from legalaid.triage.text import normal


@dataclass(frozen=True, slots=True)
class Line:
    """A telephone for danger. `source`: the act or body it comes from; `checked_at`: when somebody compared the two."""

    number: str
    name: str
    source: str
    checked_at: date | None = None


_NUMBERING = _("приказ Минкомсвязи России от 20.11.2013 № 360 (план нумерации)")
EVERYTHING = Line("112", _("единая служба спасения"), _("Федеральный закон от 30.12.2020 № 488-ФЗ"))
POLICE = Line("102", _("полиция"), _NUMBERING)
AMBULANCE = Line("103", _("скорая помощь"), _NUMBERING)
FIRE = Line("101", _("пожарные и спасатели"), _NUMBERING)
GAS = Line("104", _("аварийная газовая служба"), _NUMBERING)
CHILD = Line(
    "8-800-2000-122", _("детский телефон доверия"),
    _("Фонд поддержки детей, находящихся в трудной жизненной ситуации: сообщение о начале работы с 01.09.2010"),
)  # fmt: skip
LINES = (EVERYTHING, FIRE, POLICE, AMBULANCE, GAS, CHILD)
"""All of them. None has been compared with its source yet: the office sees «требует проверки»."""

_AGAINST = (
    r"(?:меня|мне|нас|нам|маму|мать|маме|матери|ее|ей|его|ему|их|дочь|дочку|дочери|дочке|сына|сыну|дет\w+|ребен\w+|жену|"
    r"сестру|бабушку|внук\w*|внучк\w*|отца|дедушку|брата|подругу|соседку|тещу|свекровь|племянни\w+|девочк\w+|мальчик\w*|"
    r"женщин\w+|девушк\w+|мужчин\w+|человека|парня|старик\w*|старушк\w+|инвалида|пенсионер\w*)"
)
_HAND = (
    r"(?<!не )(?:избива\w+|избил\w*|избит\w*|побил\w*|бьет|бьют|бил|била|колотит|душит|душил\w*|лупит|пинает|насилу\w+|"
    r"изнасил\w+|истяза\w+|поколотил\w*|поднима\w+ руку|распускает руки|толкает|толкнул\w*|пнул\w*|швыряет|"
    r"таскает за волосы|изобьет|покалечит)"
)
_ACTS = (
    r"(?<!не )(?:бьет|избива\w+|избила?|душит|кидается|бросается|замахива\w+|замахнул\w+|набросил\w+|насилу\w+|"
    r"толкает\w*|толкнул\w*|пихает\w*|дерется|лезет (?:драться|с кулаками)|распускает руки)"
)
_KILL = r"(?:убить|убьет|убью|зарезать|зарежет|застрелить|прирезать|задушить|расправ\w+|поджечь|сжечь|спалить)"
_YOUNG = r"(?:девочк\w+|мальчик\w*|дочк\w+|дочь|дочери|ребенк\w+|внучк\w+|падчериц\w+)"
_ALONE = r"(?:голодн\w+|избит\w*|в синяках|один заперт\w*|без присмотра|на улице)"
_WHO = r"(?:муж|сын|отчим|сожител\w+|бывш\w+|отец|сосед\w*|зять|брат|мать|парень|папа|дед|он|она|они|мужик)"

_SIGNS: tuple[tuple[str, str], ...] = (
    ("violence", rf"\b{_HAND}(?: \w+){{0,3}} {_AGAINST}\b"),
    ("violence", rf"\b{_AGAINST}(?: \w+){{0,3}} {_HAND}\b"),
    ("violence", rf"\b{_WHO}(?: \w+){{0,4}} {_ACTS}\b"),
    ("violence", r"\b(?:меня|нас) (?:избили|побили|порезали|изнасиловали|ударил\w*)\b|\bпобои\b|\bпоб(?:оях|оев)\b"),
    ("violence", r"\b(?:с|за) (?:ножом|топором|ножик\w*)\b|\bхватается за нож\b|\bнасилие\b|\bнасилует\b"),
    ("violence", r"\bруку(?: на \w+)? подн(?:имает|ял\w*)\b|\bподн(?:имает|ял\w*) руку на\b"),
    ("violence", rf"\b(?:замахнул\w+|набросил\w+|накинул\w+) на {_AGAINST}\b"),
    ("violence", r"\b(?:спать|жить)(?: со мной| с ним| с собой)? силой\b|\bсилой(?: \w+)? (?:спать|ложит\w+|берет)\b"),
    ("violence", r"\b(?:преследует|караулит|подкарауливает) (?:меня|нас|ее|дочь)\b|\bследит за (?:мной|нами|ней)\b"),
    ("violence", r"\b(?:ходит|ездит|бродит) за (?:мной|нами|ней)(?: \w+){0,3} (?<!не )(?:следит|караулит|по пятам)\b"),
    ("violence", r"\bза (?:мной|нами|ней) (?:\w+ ){0,2}(?<!не )(?:следит|следят|ходит по пятам|ездит по пятам)\b"),
    ("violence", r"\bударил\w*(?: \w+){0,2} (?:по голове|по лицу|в лицо|в живот|кулаком)\b"),
    ("threat", r"\b(?:обольет|облить|обольют|плеснет|плеснуть)(?: \w+){0,2} кислот\w+"),
    ("threat", rf"\b(?:угрожа\w+|угроз\w+|грозит\w*|обеща\w+|хочет|грозят\w*)(?: \w+){{0,4}} {_KILL}\b"),
    ("threat", r"\b(?:убьет|зарежет|застрелит|прибьет|задушит|прирежет|подожжет|убивают|похитил\w*)\b"),
    ("life", r"\bпокончить с собой\b|\bсуицид\w*\b|\bне хочу (?:больше )?жить\b|\bруки на себя\b|\bповеситься\b"),
    ("life", r"\b(?:хочу|хочется|решил|решила|лучше) (?:умереть|утопиться|сдохнуть|удавиться|застрелиться)\b"),
    ("life", r"\b(?:умереть|утопиться|сдохнуть|удавиться|застрелиться|повеситься) (?:хочу|хочется)\b|\bутоплюсь\b"),
    ("life", r"\bжить (?:больше )?не (?:хочу|хочется)\b|\bне хочется (?:больше )?жить\b|\bповешусь\b|\bвены вскр\w+\b"),
    ("child", r"\bотчим\w*(?: \w+){0,3} (?:обижа\w+|лезет|щупа\w+|лапа\w+|руками)\b"),
    ("child", r"\b(?:дети|ребенок|малыш|внук\w*|внучка)(?: \w+){0,2} (?:одни|один|одна) (?:дома|в квартире)\b"),
    ("child", rf"\b(?:трога\w+|пристает|домогается|приставал\w*)(?: \w+){{0,3}} {_YOUNG}\b"),
    ("child", rf"\b(?:дети|ребенок|малыш|внуки)(?: \w+){{0,3}} {_ALONE}\b"),
    ("child", rf"\b(?:не корм(?:ит|ят)|морит голодом|запирает|закрывает)(?: \w+){{0,2}} (?:{_YOUNG}|дет(?:ей|и))\b"),
    ("life", r"\b(?:ребенок|малыш|сын|дочка|дочь|внук|внучка)(?: \w+){0,2} проглотил\w*\b"),
    ("life", r"\bне дышит\b|\bбез сознания\b|\bпотерял\w* сознание\b|\bзадыхается\b"),
    ("life", r"\b(?:упал\w*|лежит)(?: \w+){0,2} не шевелится\b|\bне приходит в себя\b|\bистекает кровью\b"),
    ("life", r"\bплохо (?:с )?сердце\w*\b|\bсердце прихватило\b"),
    ("stuck", r"\bлифт застрял\b|\bзастрял\w*(?: \w+){0,2} в лифте\b"),
    ("gas", r"\b(?:пахнет|запах|утечка|воняет) газ\w*\b|\bгазом (?:пахнет|воняет)\b|\bугарн\w+\b"),
    ("fire", r"\b(?:мы горим|пожар сейчас|начался пожар|(?:дом|квартира) горит)\b"),
)  # fmt: skip
_WORDS = re.compile(r"\w+")
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _SIGNS)
_LINES: dict[str, tuple[Line, ...]] = {
    "violence": (EVERYTHING, POLICE, AMBULANCE),
    "threat": (EVERYTHING, POLICE),
    "life": (EVERYTHING, AMBULANCE),
    "child": (EVERYTHING, POLICE, CHILD),
    "stuck": (EVERYTHING,),
    "gas": (EVERYTHING, GAS),
    "fire": (EVERYTHING, FIRE),
}


_BY_PEOPLE = ("violence", "threat", "child")


def danger(text: str) -> tuple[Line, ...]:
    """Telephones to show at once for a story; () when no words of danger stand in it."""
    return tuple(dict.fromkeys(line for kind in _kinds(text) for line in _LINES[kind]))


def violent(text: str) -> bool:
    """Whether the danger of a story comes from people: then the police is among what is offered."""
    return any(kind in _BY_PEOPLE for kind in _kinds(text))


def _kinds(text: str) -> list[str]:
    plain = " ".join(_WORDS.findall(normal(text)))
    return [kind for kind, pattern in _COMPILED if pattern.search(plain)]
