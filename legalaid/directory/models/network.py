"""The network: centres and booths, authorities and posts, topics, and the agreements that switch them on."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from legalaid.directory.states import (
    AgreementState,
    BoothKind,
    ExchangeDirection,
    Language,
    Level,
    PartKind,
)  # fmt: skip
from legalaid.people.models import User


class Branch(models.Model):
    """отделение МФЦ"""

    code = models.SlugField("код", unique=True)
    name = models.CharField("название", max_length=200)
    municipality = models.CharField("муниципалитет", max_length=120)
    address = models.CharField("адрес", max_length=300)
    timezone = models.CharField("часовой пояс", max_length=40)
    hours = models.JSONField("часы работы", default=dict)  # {"mon": "08:00-18:00", …}, local time
    weak_line = models.BooleanField("слабый канал связи", default=False)
    phone = models.CharField("телефон", max_length=20, blank=True)  # E.164; '' = the installation's
    email = models.EmailField("электронная почта", blank=True)
    population = models.PositiveIntegerField("сколько людей обслуживает", null=True, blank=True)
    retired_on = models.DateField("не работает с", null=True, blank=True)  # None: it works

    class Meta:
        verbose_name = "отделение МФЦ"
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Booth(models.Model):
    """место видеосвязи"""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="booths")
    code = models.SlugField("код", unique=True)
    name = models.CharField("название", max_length=120)
    kind = models.CharField("вид", max_length=10, choices=BoothKind.choices)
    step_free = models.BooleanField("без ступеней", default=False)
    induction_loop = models.BooleanField("индукционная петля", default=False)
    scanner = models.BooleanField("сканер", default=False)
    printer = models.BooleanField("принтер", default=False)
    out_since = models.DateTimeField("не работает с", null=True, blank=True)  # None: it works
    out_reason = models.CharField("почему не работает", max_length=200, blank=True)

    class Meta:
        verbose_name = "место видеосвязи"
        ordering = ("branch", "name", "id")
        constraints = [
            models.CheckConstraint(
                name="booth_out_of_service_says_why",
                condition=Q(out_since__isnull=True, out_reason="") | Q(out_since__isnull=False) & ~Q(out_reason=""),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Authority(models.Model):
    """орган (участник проекта)"""

    code = models.SlugField("код", unique=True)
    name = models.CharField("полное название", max_length=300)
    short = models.CharField("краткое название", max_length=160)
    plain = models.CharField("как говорят люди", max_length=120)
    name_checked = models.BooleanField("название сверено", default=False)
    level = models.CharField("вид", max_length=20, choices=Level.choices, default=Level.FEDERAL)
    timezone = models.CharField("часовой пояс", max_length=40)
    phone = models.CharField("телефон", max_length=20, blank=True)  # E.164; '' = the installation's
    email = models.EmailField("электронная почта", blank=True)
    address = models.CharField("адрес", max_length=300, blank=True)

    class Meta:
        verbose_name = "орган"
        ordering = ("plain", "id")

    def __str__(self) -> str:
        return self.short


class Post(models.Model):
    """пост: a place of reception that belongs to the authority; people are bound to it when they sit down"""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField("название", max_length=80)

    class Meta:
        verbose_name = "пост"
        ordering = ("authority", "name", "id")
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="post_name_once_per_authority")]

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """раздел"""

    code = models.SlugField("код", unique=True)
    name = models.CharField("название", max_length=120)
    position = models.PositiveSmallIntegerField("порядок", default=0)

    class Meta:
        verbose_name = "раздел"
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class MethodPart(models.Model):
    """часть методики: a text of the region's method as the pack brought it or the office wrote it"""

    kind = models.CharField("вид", max_length=10, choices=PartKind.choices)
    code = models.CharField("код", max_length=60)
    title = models.CharField("название", max_length=200)
    text = models.TextField("текст", blank=True)  # Markdown
    position = models.PositiveSmallIntegerField("порядок", default=0)
    data = models.JSONField("данные", default=dict, blank=True)  # what this kind has besides, see directory.pack.kinds

    class Meta:
        verbose_name = "часть методики"
        ordering = ("kind", "position", "code")
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="method_part_once")]

    def __str__(self) -> str:
        return self.title


class Topic(models.Model):
    """тема: a citizen's question with its competent authority, documents, law and deadline"""

    code = models.CharField("код", max_length=60, unique=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="topics")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="topics")
    also = models.ManyToManyField(Authority, related_name="+", blank=True)
    title = models.CharField("название", max_length=200)
    ask = models.CharField("вопрос гражданина", max_length=400)
    short_answer = models.TextField("короткий ответ", blank=True)
    documents = models.JSONField("документы", default=list)  # list of names
    law = models.JSONField("нормы", default=list)  # [{"act", "articles", "checked_at", "checked_by"}]
    deadline = models.CharField("срок по закону", max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField("минут на диалог", default=20)
    lead_minutes = models.PositiveSmallIntegerField("запись не позже чем за, минут", null=True, blank=True)
    horizon_days = models.PositiveSmallIntegerField("запись вперёд, дней", null=True, blank=True)
    free_aid_case = models.CharField("случай 324-ФЗ", max_length=20, blank=True)
    keywords = models.TextField("слова людей", blank=True)
    memo = models.ForeignKey(MethodPart, on_delete=models.PROTECT, null=True, blank=True, related_name="topics")
    # {"question", "count", "unit", "moves"}, see directory.topic_rules; {} = not counted; None = as the programme knows
    term = models.JSONField("счёт срока", null=True, blank=True)
    retired_at = models.DateTimeField("снята", null=True, blank=True)  # no new requests; those there are go on
    # Words of the topic reduced to stems by PostgreSQL's Russian dictionary; people's own words weigh most.
    search = models.GeneratedField(
        expression=SearchVector("keywords", weight="A", config="russian")
        + SearchVector("title", "ask", weight="B", config="russian"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = "тема"
        ordering = ("area__position", "title", "id")
        constraints = [models.CheckConstraint(name="topic_minutes_sane", condition=Q(minutes__gte=5, minutes__lte=60))]
        indexes = [GinIndex(fields=["search"], name="topic_search")]

    def __str__(self) -> str:
        return self.title


class TopicExample(models.Model):
    """пример: a way people say a topic, added by the office; triage learns it at once. Never a citizen's words."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="examples")
    text = models.CharField("как говорят", max_length=300)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # None: came in a pack
    added_at = models.DateTimeField("добавлен")

    class Meta:
        verbose_name = "пример высказывания"
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["topic", "text"], name="topic_example_once")]


class ExpertProfile(models.Model):
    """What an expert of an authority can answer: her topics (none named = all of the authority) and languages."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="expert_profiles")
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="experts")
    topics = models.ManyToManyField(Topic, related_name="experts", blank=True)
    languages = ArrayField(models.CharField(max_length=10, choices=Language.choices), default=list, blank=True)

    class Meta:
        verbose_name = "специализация"
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["user", "authority"], name="expert_profile_once")]


class Interpreter(models.Model):
    """переводчик: whom a dialogue in another language needs besides post and booth; works on `hours` of her zone.

    She has no account: a link for each booking leads her in. Who is not `working` gets no new bookings.
    """

    name = models.CharField("имя", max_length=120)
    language = models.CharField("язык", max_length=10, choices=Language.choices)
    timezone = models.CharField("часовой пояс", max_length=40)
    hours = models.JSONField("часы работы", default=dict)  # {"mon": "09:00-17:00", …}, local time
    phone = models.CharField("телефон", max_length=20, blank=True)
    email = models.EmailField("почта", blank=True)
    working = models.BooleanField("работает", default=True)

    class Meta:
        verbose_name = "переводчик"
        ordering = ("language", "id")

    def __str__(self) -> str:
        return f"interpreter {self.pk}"


class Agreement(models.Model):
    """соглашение (безвозмездное): what switches topics on, on the days [valid_from, valid_until]; None = бессрочно."""

    number = models.CharField("номер", max_length=40, unique=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="agreements")
    state = models.CharField("состояние", max_length=10, choices=AgreementState.choices, default=AgreementState.DRAFT)
    signed_on = models.DateField("подписано", null=True, blank=True)
    valid_from = models.DateField("действует с")
    valid_until = models.DateField("действует по", null=True, blank=True)
    signer_body = models.CharField("кто подписывает от органа", max_length=200, blank=True)
    signer_centre = models.CharField("кто подписывает от МФЦ", max_length=200, blank=True)
    amends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="amended_by")
    ended_at = models.DateTimeField("прекращено", null=True, blank=True)
    end_reason = models.CharField("почему прекращено", max_length=300, blank=True)
    agree_days = models.PositiveSmallIntegerField("согласовать время, рабочих дней", default=1)
    hold_days = models.PositiveSmallIntegerField("провести диалог, рабочих дней", default=5)
    wait_minutes = models.PositiveSmallIntegerField("ждать в назначенное время, минут", default=15)
    norm_posts = models.PositiveSmallIntegerField("постов по соглашению", default=0)
    norm_hours = models.PositiveSmallIntegerField("часов приёма в неделю по соглашению", default=0)
    lead_minutes = models.PositiveSmallIntegerField("запись не позже чем за, минут", null=True, blank=True)
    horizon_days = models.PositiveSmallIntegerField("запись вперёд, дней", null=True, blank=True)
    # [{"title", "text"}] as they were sent to be signed; [] = a draft, which follows the templates of the region
    clauses = models.JSONField("пункты", default=list, blank=True)

    class Meta:
        verbose_name = "соглашение"
        ordering = ("number", "id")
        constraints = [
            models.CheckConstraint(
                name="agreement_term_not_reversed",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return self.number


class AgreementCoverage(models.Model):
    """A cell of the annex: this topic is covered at this branch, or from home when the branch is None."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="coverage")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="coverage")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="coverage")

    class Meta:
        verbose_name = "клетка приложения"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "topic", "branch"], nulls_distinct=False, name="agreement_covers_cell_once"
            )
        ]


class AgreementClause(models.Model):
    """пункт соглашения: a clause of the region's template; words in braces are filled in from each agreement"""

    code = models.SlugField("код", unique=True)
    position = models.PositiveSmallIntegerField("порядок", default=0)
    title = models.CharField("заголовок", max_length=200)
    text = models.TextField("текст", max_length=4000)

    class Meta:
        verbose_name = "пункт соглашения"
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.title


class ExchangeItem(models.Model):
    """обмен данными: one thing handed over under an agreement, which way, and how long it is kept there"""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="exchange")
    position = models.PositiveSmallIntegerField("порядок", default=0)
    direction = models.CharField("направление", max_length=10, choices=ExchangeDirection.choices)
    what = models.CharField("что передаётся", max_length=300)
    kept = models.CharField("сколько хранится", max_length=200, blank=True)

    class Meta:
        verbose_name = "обмен данными"
        ordering = ("agreement", "position", "id")


class AgreementScan(models.Model):
    """скан соглашения: a signed copy, redrawn page by page into a PDF of our own; the file itself is not kept"""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="scans")
    name = models.CharField("название", max_length=120)
    pages = models.PositiveSmallIntegerField("страниц")
    pdf = models.BinaryField("файл")
    digest = models.CharField("SHA-256", max_length=64)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("добавлен")

    class Meta:
        verbose_name = "скан соглашения"
        ordering = ("added_at", "id")
        constraints = [models.UniqueConstraint(fields=["agreement", "digest"], name="agreement_scan_once")]


class AgreementWarning(models.Model):
    """предупреждение об окончании: both sides were told so many days ahead that the term `ends_on` a day"""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="warnings")
    days = models.PositiveSmallIntegerField("за сколько дней")
    ends_on = models.DateField("последний день")
    told_at = models.DateTimeField("когда")
    told_authority = models.PositiveSmallIntegerField("писем органу")
    told_office = models.PositiveSmallIntegerField("писем проектному офису")

    class Meta:
        verbose_name = "предупреждение об окончании"
        ordering = ("told_at", "id")
        constraints = [models.UniqueConstraint(fields=["agreement", "days", "ends_on"], name="agreement_warned_once")]
