import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_network_topics_agreements"),
        ("people", "0001_people_and_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "number",
                    models.CharField(blank=True, max_length=12, null=True, unique=True, verbose_name="номер"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "черновик"),
                            ("submitted", "подана"),
                            ("agreed", "время назначено"),
                            ("queued", "в очереди"),
                            ("in_dialogue", "идёт диалог"),
                            ("answered", "ответ дан"),
                            ("redirected", "передана другому органу"),
                            ("needs_visit", "нужен личный приём"),
                            ("cancelled", "отменена"),
                            ("missed", "не состоялась"),
                            ("expired", "истекла"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="состояние",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("home", "из дома"), ("centre", "в МФЦ")],
                        max_length=10,
                        verbose_name="откуда",
                    ),
                ),
                ("story", models.TextField(max_length=4000, verbose_name="что случилось")),
                ("created_at", models.DateTimeField(verbose_name="создана")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="подана")),
                ("agreed_at", models.DateTimeField(blank=True, null=True, verbose_name="согласована")),
                ("held_at", models.DateTimeField(blank=True, null=True, verbose_name="диалог начат")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="ответ дан")),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.authority",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.branch",
                    ),
                ),
                (
                    "citizen",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.citizen",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "заявка",
                "ordering": ("-created_at", "id"),
                "indexes": [
                    models.Index(fields=["authority", "state", "submitted_at"], name="request_by_authority"),
                    models.Index(fields=["branch", "state", "submitted_at"], name="request_by_branch"),
                    models.Index(fields=["submitted_at"], name="request_by_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "expired"]),
                            models.Q(
                                ("authority__isnull", False),
                                ("citizen__isnull", False),
                                ("number__isnull", False),
                                ("topic__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="request_past_draft_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "centre"), _negated=True),
                            ("branch__isnull", False),
                            _connector="OR",
                        ),
                        name="request_in_centre_names_branch",
                    ),
                ],
            },
        ),
    ]
