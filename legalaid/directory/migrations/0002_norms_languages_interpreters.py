import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_network_topics_agreements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Interpreter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="имя")),
                (
                    "language",
                    models.CharField(
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
                        verbose_name="язык",
                    ),
                ),
                ("timezone", models.CharField(max_length=40, verbose_name="часовой пояс")),
                ("hours", models.JSONField(default=dict, verbose_name="часы работы")),
            ],
            options={
                "verbose_name": "переводчик",
                "ordering": ("language", "id"),
            },
        ),
        migrations.AddField(
            model_name="agreement",
            name="horizon_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="запись вперёд, дней"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="lead_minutes",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="запись не позже чем за, минут"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="norm_hours",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="часов приёма в неделю по соглашению"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="norm_posts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="постов по соглашению"),
        ),
        migrations.AddField(
            model_name="topic",
            name="horizon_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="запись вперёд, дней"),
        ),
        migrations.AddField(
            model_name="topic",
            name="lead_minutes",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="запись не позже чем за, минут"),
        ),
        migrations.CreateModel(
            name="ExpertProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
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
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="experts", to="directory.authority"
                    ),
                ),
                ("topics", models.ManyToManyField(blank=True, related_name="experts", to="directory.topic")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expert_profiles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "специализация",
                "ordering": ("id",),
                "constraints": [models.UniqueConstraint(fields=("user", "authority"), name="expert_profile_once")],
            },
        ),
    ]
