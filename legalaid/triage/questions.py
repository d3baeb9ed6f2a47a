"""One plain question that separates two topics: written for the pairs that people confuse.

Words are marked for translation here and translated where they are shown; the programme itself needs no language.
"""

from dataclasses import dataclass
from functools import cache

from legalaid.triage.text import marked as _

_Written = tuple[tuple[str, str], str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """The question and, for each of the two topics, the answer that leads to it."""

    text: str
    answers: dict[str, str]


WRITTEN: tuple[_Written, ...] = (
    (("labour.dismissal", "labour.forced"), _("Вас уже уволили?"),
     (_("Да, приказ есть или на работу не пускают"), _("Нет, только заставляют написать заявление"))),
    (("labour.final", "labour.wage"), _("Вы ещё работаете там, где не платят?"),
     (_("Нет, я уже ушёл (ушла)"), _("Да, работаю"))),
    (("labour.informal", "labour.wage"), _("Есть ли у вас трудовой договор на руках?"),
     (_("Нет, работаю без оформления"), _("Да, договор есть"))),
    (("labour.dismissal", "labour.redundancy"), _("Что написано в бумаге об увольнении?"),
     (_("Статья, прогул, недоверие или ничего"), _("Сокращение или ликвидация"))),
    (("labour.maternity", "social.maternity"), _("Что сейчас важнее?"),
     (_("Сама работа: увольняют, переводят, не пускают"), _("Деньги: декретные и пособие"))),
    (("bailiffs.account", "finance.blocked"), _("Кто заблокировал карту?"),
     (_("Судебные приставы: есть долг или постановление"), _("Сам банк: показался подозрительным перевод"))),
    (("bailiffs.account", "bailiffs.minimum"), _("Что нужно прежде всего?"),
     (_("Узнать, за что списали, и снять арест"), _("Чтобы оставляли деньги на жизнь"))),
    (("bailiffs.account", "bailiffs.notmine"), _("Этот долг ваш?"),
     (_("Мой, или я не знаю, за что списали"), _("Нет, меня спутали с другим человеком"))),
    (("bailiffs.alimony", "family.alimony"), _("Суд уже назначил алименты?"),
     (_("Да, но их не платят"), _("Нет, хочу подать"))),
    (("bailiffs.child", "family.child"), _("Есть ли уже решение суда о ребёнке?"),
     (_("Есть, но его не исполняют"), _("Решения нет"))),
    (("notary.inherit", "notary.missed"), _("Прошло ли шесть месяцев со дня смерти?"),
     (_("Нет, меньше"), _("Да, больше"))),
    (("notary.gift", "notary.will"), _("Решение уже принято?"),
     (_("Нет, выбираю: подарить или завещать"), _("Да, речь о завещании"))),
    (("consumer.defect", "consumer.exchange"), _("С вещью что-то не так?"),
     (_("Да, сломалась или с браком"), _("Нет, исправна, но не подошла"))),
    (("consumer.defect", "consumer.online"), _("Где куплена вещь?"),
     (_("В магазине"), _("Через интернет или по телефону"))),
    (("consumer.online", "finance.scam"), _("Кому ушли деньги?"),
     (_("Магазину или продавцу с сайта"), _("Неизвестному: думаю, это мошенники"))),
    (("consumer.imposed", "finance.insurance"), _("Страховка шла вместе с кредитом?"),
     (_("Нет, её добавили к покупке или услуге"), _("Да, к кредиту или займу"))),
    (("finance.fakeloan", "finance.collectors"), _("Кредит или заём брали вы?"),
     (_("Нет, его оформили без меня"), _("Да, но звонят и угрожают"))),
    (("housing.repair", "housing.flood"), _("Откуда вода?"),
     (_("С крыши или из общих труб, дом не чинят"), _("От соседей сверху, нужно возместить ущерб"))),
    (("housing.bill", "housing.subsidy"), _("Что не так с платой за жильё?"),
     (_("Начислили неправильно"), _("Начислено верно, но мне не по силам"))),
    (("housing.queue", "housing.unsafe"), _("Дом признан аварийным?"),
     (_("Нет, нужно встать в очередь или понять её"), _("Да, или дом рушится"))),
    (("pension.disability", "social.mse"), _("Группу инвалидности уже дали?"),
     (_("Да, хочу узнать о выплатах"), _("Не дали, сняли или дали не ту"))),
    (("pension.amount", "pension.experience"), _("Что не так с пенсией?"),
     (_("Мало платят, хочу проверить расчёт"), _("Не учли годы работы"))),
    (("pension.refusal", "pension.experience"), _("Есть ли у вас письменный отказ?"),
     (_("Да, решение об отказе"), _("Нет, но не учли годы работы"))),
    (("pension.amount", "pension.minimum"), _("Чего вы хотите?"),
     (_("Проверить, верно ли посчитали"), _("Доплату до прожиточного минимума"))),
    (("realty.land", "realty.amnesty"), _("Что не оформлено?"), (_("Земля"), _("Дом, дача или гараж"))),
    (("taxes.debt", "taxes.ip"), _("Вы были предпринимателем (ИП)?"), (_("Нет"), _("Да, начислили взносы"))),
    (("taxes.property", "taxes.notice"), _("Это имущество ваше?"),
     (_("Моё, но налог кажется лишним"), _("Не моё, или уведомления нет"))),
    (("migration.rvp", "migration.citizenship"), _("Что нужно получить?"),
     (_("Разрешение жить здесь: РВП или вид на жительство"), _("Российский паспорт"))),
    (("migration.registration", "migration.arrival"), _("Кого нужно зарегистрировать?"),
     (_("Гражданина России"), _("Иностранца"))),
    (("migration.passport", "other.criminal"), _("Что нужнее сейчас?"),
     (_("Восстановить паспорт"), _("Заявить о краже в полицию"))),
    (("svo.payments", "svo.family"), _("О каких деньгах речь?"),
     (_("Выплата за ранение, гибель, пропажу"), _("Льготы и пособия семье"))),
    (("family.guardianship", "notary.poa"), _("Понимает ли человек, что подписывает?"),
     (_("Нет, или это ребёнок"), _("Да, но сам ходить не может"))),
    (("migration.registration", "migration.deregister"), _("Что нужно сделать?"), (_("Прописать"), _("Выписать"))),
    (("labour.leave", "social.maternity"), _("О чём речь прежде всего?"),
     (_("Не отпускают с работы или не принимают больничный"),
      _("Не платят пособие или больничный, или мало насчитали"))),
    (("consumer.defect", "consumer.service"), _("Что вышло плохо?"), (_("Купленная вещь"), _("Работа или услуга"))),
    (("bailiffs.alimony", "bailiffs.inaction"), _("Какой долг не взыскивают?"),
     (_("Алименты на ребёнка"), _("Другой долг по решению суда"))),
    (("notary.inherit", "notary.will"), _("Человек, чьё имущество делят, жив?"),
     (_("Умер, нужно оформить наследство"), _("Жив, или завещание хотят оспорить"))),
    (("family.property", "notary.prenup"), _("Вы уже договорились?"),
     (_("Нет, имущество нужно делить"), _("Да, хотим записать договор"))),
    (("notary.gift", "realty.sale"), _("Что нужно?"),
     (_("Выбрать: подарить, завещать или иначе"), _("Оформить сделку, решение принято"))),
    (("bailiffs.installment", "finance.holiday"), _("Кто сейчас требует долг?"),
     (_("Судебные приставы"), _("Банк, до суда не дошло"))),
    (("social.child", "social.contract"), _("Какая помощь нужна?"),
     (_("Ежемесячное пособие на ребёнка"), _("Деньги на своё дело или в трудное время"))),
    (("realty.share", "family.minorshare"), _("Кому принадлежит доля?"), (_("Взрослому"), _("Ребёнку"))),
    (("housing.noise", "other.criminal"), _("Кому-нибудь угрожает опасность?"),
     (_("Нет, только шумят"), _("Да: драка, угрозы, крики о помощи"))),
    (("notary.rent", "social.care"), _("Что предлагают за уход?"),
     (_("Квартиру или дом"), _("Ничего: нужна помощь от государства"))),
    (("pension.experience", "taxes.ip"), _("Что нужно исправить?"), (_("Стаж для пенсии"), _("Взносы или долг ИП"))),
    (("migration.passport", "migration.zagran"), _("Какой паспорт нужен?"),
     (_("Российский, внутренний"), _("Заграничный"))),
)  # fmt: skip
"""Pairs of topics with the question and an answer for each."""


@cache
def _by_pair() -> dict[frozenset[str], Question]:
    return {frozenset(pair): Question(text, dict(zip(pair, answers, strict=True))) for pair, text, answers in WRITTEN}


def question(one: str, other: str) -> Question | None:
    """The question written for a pair of topics; None when there is none."""
    return _by_pair().get(frozenset((one, other)))
