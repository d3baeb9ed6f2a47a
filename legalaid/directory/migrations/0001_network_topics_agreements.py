import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("code", models.SlugField(unique=True, verbose_name="код")),
                ("name", models.CharField(max_length=120, verbose_name="название")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="порядок")),
            ],
            options={
                "verbose_name": "раздел",
                "ordering": ("position", "id"),
            },
        ),
        migrations.CreateModel(
            name="Authority",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("code", models.SlugField(unique=True, verbose_name="код")),
                ("name", models.CharField(max_length=300, verbose_name="полное название")),
                ("short", models.CharField(max_length=160, verbose_name="краткое название")),
                ("plain", models.CharField(max_length=120, verbose_name="как говорят люди")),
                ("name_checked", models.BooleanField(default=False, verbose_name="название сверено")),
                ("timezone", models.CharField(max_length=40, verbose_name="часовой пояс")),
            ],
            options={
                "verbose_name": "орган",
                "ordering": ("plain", "id"),
            },
        ),
        migrations.CreateModel(
            name="Branch",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("code", models.SlugField(unique=True, verbose_name="код")),
                ("name", models.CharField(max_length=200, verbose_name="название")),
                ("municipality", models.CharField(max_length=120, verbose_name="муниципалитет")),
                ("address", models.CharField(max_length=300, verbose_name="адрес")),
                ("timezone", models.CharField(max_length=40, verbose_name="часовой пояс")),
                ("hours", models.JSONField(default=dict, verbose_name="часы работы")),
                ("weak_line", models.BooleanField(default=False, verbose_name="слабый канал связи")),
            ],
            options={
                "verbose_name": "отделение МФЦ",
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="RegionPack",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(max_length=120, verbose_name="название")),
                ("schema", models.PositiveSmallIntegerField(verbose_name="версия схемы")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("loaded_at", models.DateTimeField(verbose_name="загружен")),
            ],
            options={
                "verbose_name": "пакет тиражирования",
                "ordering": ("-loaded_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="номер")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "проект"),
                            ("signing", "на подписании"),
                            ("in_force", "действует"),
                            ("ended", "прекращено"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="подписано")),
                ("valid_from", models.DateField(verbose_name="действует с")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="действует по")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="directory.authority",
                    ),
                ),
            ],
            options={
                "verbose_name": "соглашение",
                "ordering": ("number", "id"),
            },
        ),
        migrations.CreateModel(
            name="Booth",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("code", models.SlugField(unique=True, verbose_name="код")),
                ("name", models.CharField(max_length=120, verbose_name="название")),
                (
                    "kind",
                    models.CharField(
                        choices=[("room", "кабинет"), ("kiosk", "киоск"), ("window", "окно")],
                        max_length=10,
                        verbose_name="вид",
                    ),
                ),
                ("step_free", models.BooleanField(default=False, verbose_name="без ступеней")),
                ("induction_loop", models.BooleanField(default=False, verbose_name="индукционная петля")),
                ("scanner", models.BooleanField(default=False, verbose_name="сканер")),
                ("printer", models.BooleanField(default=False, verbose_name="принтер")),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="booths",
                        to="directory.branch",
                    ),
                ),
            ],
            options={
                "verbose_name": "место видеосвязи",
                "ordering": ("branch", "name", "id"),
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(max_length=80, verbose_name="название")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="directory.authority",
                    ),
                ),
            ],
            options={
                "verbose_name": "пост",
                "ordering": ("authority", "name", "id"),
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="код")),
                ("title", models.CharField(max_length=200, verbose_name="название")),
                ("ask", models.CharField(max_length=400, verbose_name="вопрос гражданина")),
                ("short_answer", models.TextField(blank=True, verbose_name="короткий ответ")),
                ("documents", models.JSONField(default=list, verbose_name="документы")),
                ("law", models.JSONField(default=list, verbose_name="нормы")),
                ("deadline", models.CharField(blank=True, max_length=300, verbose_name="срок по закону")),
                ("minutes", models.PositiveSmallIntegerField(default=20, verbose_name="минут на диалог")),
                ("free_aid_case", models.CharField(blank=True, max_length=20, verbose_name="случай 324-ФЗ")),
                ("keywords", models.TextField(blank=True, verbose_name="слова людей")),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector("keywords", config="russian", weight="A"),
                            "||",
                            django.contrib.postgres.search.SearchVector("title", "ask", config="russian", weight="B"),
                            django.contrib.postgres.search.SearchConfig("russian"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                ("also", models.ManyToManyField(blank=True, related_name="+", to="directory.authority")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="directory.area",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="directory.authority",
                    ),
                ),
            ],
            options={
                "verbose_name": "тема",
                "ordering": ("area__position", "title", "id"),
            },
        ),
        migrations.CreateModel(
            name="AgreementCoverage",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coverage",
                        to="directory.agreement",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coverage",
                        to="directory.branch",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coverage",
                        to="directory.topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "клетка приложения",
                "ordering": ("id",),
            },
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="agreement_term_not_reversed",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(fields=("authority", "name"), name="post_name_once_per_authority"),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="topic_search"),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 5), ("minutes__lte", 60)), name="topic_minutes_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementcoverage",
            constraint=models.UniqueConstraint(
                fields=("agreement", "topic", "branch"),
                name="agreement_covers_cell_once",
                nulls_distinct=False,
            ),
        ),
    ]
