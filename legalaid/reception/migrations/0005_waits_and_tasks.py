import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0004_offers_of_the_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="WaitSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("authority", "орган"),
                            ("centre", "центр"),
                            ("technics", "техника"),
                            ("citizen", "гражданин"),
                        ],
                        max_length=10,
                        verbose_name="чья задержка",
                    ),
                ),
                ("began_at", models.DateTimeField(verbose_name="с")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="до")),
                (
                    "help_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="waits", to="intake.helprequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "ожидание",
                "ordering": ("began_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("help_request",),
                        name="wait_one_open_per_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("ended_at__gte", models.F("began_at")), _connector="OR"
                        ),
                        name="wait_not_reversed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("long_wait", "ждут больше 15 минут"),
                            ("bell", "зовут сотрудника"),
                            ("nobody_answers", "никто не принимает вызов"),
                            ("call_back", "просит позвать по телефону"),
                            ("disconnected", "связь прервалась"),
                            ("device", "не работает камера или микрофон"),
                        ],
                        max_length=20,
                        verbose_name="вид",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="возникла")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="закрыта")),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="directory.authority",
                    ),
                ),
                (
                    "booth",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="directory.booth",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="directory.branch",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "help_request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="intake.helprequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "задача",
                "ordering": ("raised_at", "id"),
                "indexes": [
                    models.Index(condition=models.Q(("closed_at", None)), fields=["raised_at"], name="task_open")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("kind", "help_request", "booth", "authority"),
                        name="task_open_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
