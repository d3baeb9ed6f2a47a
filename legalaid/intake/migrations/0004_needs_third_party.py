import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0003_submission_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="helprequest",
            name="deadline_on",
            field=models.DateField(blank=True, null=True, verbose_name="срок по закону истекает"),
        ),
        migrations.AddField(
            model_name="helprequest",
            name="interpreter",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rsl", "русский жестовый язык"),
                    ("en", "английский"),
                    ("hy", "армянский"),
                    ("az", "азербайджанский"),
                    ("tg", "таджикский"),
                    ("uz", "узбекский"),
                    ("uk", "украинский"),
                ],
                max_length=10,
                verbose_name="язык переводчика",
            ),
        ),
        migrations.AddField(
            model_name="helprequest",
            name="needs",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("step_free", "вход без ступеней"),
                        ("induction_loop", "индукционная петля для слухового аппарата"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="helprequest",
            name="out_of_turn",
            field=models.BooleanField(default=False, verbose_name="вне очереди по закону"),
        ),
        migrations.CreateModel(
            name="ThirdParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="имя")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("child", "сын или дочь"),
                            ("parent", "родитель"),
                            ("spouse", "муж или жена"),
                            ("relative", "другой родственник"),
                            ("social_worker", "социальный работник"),
                            ("guardian", "опекун или попечитель"),
                            ("other", "другой человек"),
                        ],
                        max_length=20,
                        verbose_name="кем приходится",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="телефон")),
                ("phrase", models.CharField(blank=True, max_length=200, verbose_name="отпечаток кодовой фразы")),
                (
                    "help_request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="third_party", to="intake.helprequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "представитель",
                "ordering": ("id",),
            },
        ),
    ]
