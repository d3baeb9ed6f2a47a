import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_norms_languages_interpreters"),
        ("intake", "0004_needs_third_party"),
        ("reception", "0002_booth_attempts"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExtraHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="день")),
                ("opens", models.TimeField(verbose_name="с")),
                ("closes", models.TimeField(verbose_name="до")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="extra_hours", to="directory.post"
                    ),
                ),
            ],
            options={
                "verbose_name": "приём вне графика",
                "ordering": ("day", "opens", "id"),
                "indexes": [models.Index(fields=["post", "day"], name="extra_hours_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opens__lt", models.F("closes"))), name="extra_hours_not_reversed"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="began_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="приём начат"),
        ),
        migrations.AddField(
            model_name="booking",
            name="finished_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="приём закончен"),
        ),
        migrations.AddField(
            model_name="booking",
            name="interpreter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="directory.interpreter",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("interpreter__isnull", False), ("state__in", ("held", "confirmed", "checked_in"))),
                expressions=[("interpreter", "="), ("occupies", "&&")],
                name="booking_interpreter_free",
            ),
        ),
        migrations.CreateModel(
            name="RestingTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occupies", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="занимало")),
                ("until", models.DateTimeField(verbose_name="до")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="resting", to="directory.post"
                    ),
                ),
            ],
            options={
                "verbose_name": "остывающее время",
                "ordering": ("until", "id"),
                "indexes": [models.Index(fields=["post", "until"], name="resting_by_post")],
            },
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "ждёт более раннего времени"),
                            ("served", "перешёл на раннее время"),
                            ("left", "больше не ждёт"),
                            ("exhausted", "предложения закончились"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("offers", models.PositiveSmallIntegerField(default=0, verbose_name="сделано предложений")),
                ("created_at", models.DateTimeField(verbose_name="создана")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="waitlist", to="directory.authority"
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="directory.branch"
                    ),
                ),
                (
                    "help_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="waitlist", to="intake.helprequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "лист ожидания",
                "ordering": ("created_at", "id"),
                "indexes": [models.Index(fields=["authority", "state", "created_at"], name="waitlist_in_order")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("help_request",),
                        name="waitlist_once_per_request",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlierOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateTimeField(verbose_name="начало")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "ждёт ответа"),
                            ("taken", "принято"),
                            ("declined", "отклонено"),
                            ("expired", "без ответа"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="сделано")),
                ("expires_at", models.DateTimeField(verbose_name="действует до")),
                ("post", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="directory.post")),
                (
                    "resting",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="offer",
                        to="reception.restingtime",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="made", to="reception.waitlistentry"
                    ),
                ),
            ],
            options={
                "verbose_name": "предложение времени",
                "ordering": ("-made_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("entry",), name="earlier_offer_one_open"
                    )
                ],
            },
        ),
    ]
