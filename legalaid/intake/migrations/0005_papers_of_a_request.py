import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0004_needs_third_party"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="название")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("link", "со страницы заявки"),
                            ("phone", "с телефона"),
                            ("desk", "со сканера МФЦ"),
                            ("expert", "от специалиста"),
                        ],
                        max_length=10,
                        verbose_name="откуда",
                    ),
                ),
                ("added_at", models.DateTimeField(verbose_name="добавлен")),
                ("expires_at", models.DateTimeField(verbose_name="хранится до")),
                ("print_asked_at", models.DateTimeField(blank=True, null=True, verbose_name="попросили напечатать")),
                ("printed_at", models.DateTimeField(blank=True, null=True, verbose_name="напечатан")),
                (
                    "added_by",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="papers", to="intake.helprequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "документ заявки",
                "ordering": ("added_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="PaperPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="номер")),
                ("image", models.BinaryField(verbose_name="изображение")),
                ("width", models.PositiveSmallIntegerField(verbose_name="ширина")),
                ("height", models.PositiveSmallIntegerField(verbose_name="высота")),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pages", to="intake.paper"
                    ),
                ),
            ],
            options={
                "verbose_name": "страница документа",
                "ordering": ("paper", "number"),
            },
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["expires_at"], name="paper_by_end"),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(
                condition=models.Q(("print_asked_at__isnull", False), ("printed_at", None)),
                fields=["print_asked_at"],
                name="paper_to_print",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("added_at"))), name="paper_is_not_kept_for_ever"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperpage",
            constraint=models.UniqueConstraint(fields=("paper", "number"), name="paper_page_once"),
        ),
        migrations.AddConstraint(
            model_name="paperpage",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="paper_page_is_counted"),
        ),
    ]
