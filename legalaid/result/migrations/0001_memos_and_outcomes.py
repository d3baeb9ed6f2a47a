import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("dialogue", "0001_dialogues_participants_events"),
        ("intake", "0002_request_number_sequence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("answer", "ответ дан полностью"),
                            ("redirect", "нужен другой орган"),
                            ("ask_to_visit", "нужен личный приём"),
                        ],
                        max_length=16,
                        verbose_name="результат",
                    ),
                ),
                ("decided_at", models.DateTimeField(verbose_name="когда")),
                (
                    "decided_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
                ),
                (
                    "help_request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcome", to="intake.helprequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "результат",
                "ordering": ("-decided_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Memo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "черновик"), ("issued", "выдана"), ("replaced", "заменена")],
                        default="draft",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("asked", models.TextField(blank=True, verbose_name="о чём спросили")),
                ("law", models.TextField(blank=True, verbose_name="что говорит закон")),
                ("steps", models.TextField(blank=True, verbose_name="что делать")),
                ("documents", models.TextField(blank=True, verbose_name="документы")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="правка")),
                ("number", models.CharField(blank=True, max_length=20, null=True, unique=True, verbose_name="номер")),
                (
                    "code",
                    models.CharField(blank=True, max_length=20, null=True, unique=True, verbose_name="код проверки"),
                ),
                ("created_at", models.DateTimeField(verbose_name="начата")),
                ("saved_at", models.DateTimeField(verbose_name="сохранена")),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="выдана")),
                ("pdf", models.BinaryField(blank=True, null=True, verbose_name="PDF")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="SHA-256 PDF")),
                ("author", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                (
                    "dialogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memos", to="dialogue.dialogue"
                    ),
                ),
                (
                    "help_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memos", to="intake.helprequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "памятка",
                "ordering": ("-created_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "issued"])),
                        fields=("dialogue",),
                        name="memo_issued_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                ("code__isnull", False),
                                ("issued_at__isnull", False),
                                ("number__isnull", False),
                                ("pdf__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="memo_issued_is_complete",
                    ),
                ],
            },
        ),
    ]
