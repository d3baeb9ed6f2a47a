import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_network_topics_agreements"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="электронная почта")),
                ("name", models.CharField(max_length=120, verbose_name="имя")),
                ("position", models.CharField(blank=True, max_length=200, verbose_name="должность")),
                ("is_active", models.BooleanField(default=True, verbose_name="работает")),
            ],
            options={
                "verbose_name": "сотрудник",
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="Citizen",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(max_length=120, verbose_name="имя")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="телефон")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="электронная почта")),
                ("created_at", models.DateTimeField(verbose_name="создан")),
            ],
            options={
                "verbose_name": "гражданин",
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=["phone"],
                        name="citizen_by_phone",
                    ),
                    models.Index(
                        condition=models.Q(("email", ""), _negated=True),
                        fields=["email"],
                        name="citizen_by_email",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("processing", "согласие на обработку персональных данных")],
                        max_length=20,
                        verbose_name="вид",
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="версия")),
                ("text", models.TextField(verbose_name="текст")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
            ],
            options={
                "verbose_name": "текст согласия",
                "ordering": ("kind", "-version"),
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "version"), name="consent_document_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("home", "из дома"), ("centre", "в МФЦ")],
                        max_length=10,
                        verbose_name="откуда",
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="дано")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="отозвано")),
                (
                    "citizen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="people.citizen",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.consentdocument"),
                ),
            ],
            options={
                "verbose_name": "согласие",
                "ordering": ("-given_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("operator", "оператор МФЦ"),
                            ("expert", "специалист органа"),
                            ("coordinator", "координатор органа"),
                            ("office", "проектный офис"),
                            ("observer", "наблюдатель"),
                        ],
                        max_length=20,
                        verbose_name="роль",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="с")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="по")),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "место работы",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authority__isnull", True), ("branch__isnull", False), ("role", "operator")),
                            models.Q(
                                ("authority__isnull", False),
                                ("branch__isnull", True),
                                ("role__in", ["expert", "coordinator"]),
                            ),
                            models.Q(
                                ("authority__isnull", True),
                                ("branch__isnull", True),
                                ("role__in", ["office", "observer"]),
                            ),
                            _connector="OR",
                        ),
                        name="membership_place_fits_role",
                    )
                ],
            },
        ),
    ]
