import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_journal_and_extensions"),
        ("directory", "0001_network_topics_agreements"),
        ("intake", "0001_help_requests"),
        ("people", "0001_people_and_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("started_at", models.DateTimeField(verbose_name="с")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="до")),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="directory.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "дежурство",
                "ordering": ("-started_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ReceptionHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("weekday", models.PositiveSmallIntegerField(verbose_name="день недели")),
                ("opens", models.TimeField(verbose_name="с")),
                ("closes", models.TimeField(verbose_name="до")),
                ("valid_from", models.DateField(verbose_name="действует с")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="действует по")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="directory.post"
                    ),
                ),
            ],
            options={
                "verbose_name": "график приёма",
                "ordering": ("post", "weekday", "opens", "id"),
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "ждёт"), ("taken", "принят"), ("left", "ушёл")],
                        default="waiting",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=100, verbose_name="очередность")),
                ("created_at", models.DateTimeField(verbose_name="взят")),
                ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="принят")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="directory.authority",
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="reception.duty",
                    ),
                ),
                (
                    "help_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="intake.helprequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "талон",
                "ordering": ("priority", "created_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="когда")),
                (
                    "occupies",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="занимает"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "время удержано"),
                            ("confirmed", "подтверждена"),
                            ("checked_in", "гражданин на месте"),
                            ("used", "состоялась"),
                            ("lapsed", "удержание истекло"),
                            ("cancelled", "отменена"),
                            ("excused", "предупредил, что не придёт"),
                            ("no_show", "не пришёл"),
                        ],
                        default="held",
                        max_length=12,
                        verbose_name="состояние",
                    ),
                ),
                ("held_until", models.DateTimeField(blank=True, null=True, verbose_name="удержано до")),
                ("start_code", models.CharField(blank=True, max_length=4, verbose_name="код начала")),
                ("sequence", models.PositiveIntegerField(default=0, verbose_name="версия для календаря")),
                ("created_at", models.DateTimeField(verbose_name="создана")),
                (
                    "booth",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="directory.booth",
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
                    "help_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="intake.helprequest",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="directory.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "запись",
                "ordering": ("during", "id"),
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ("held", "confirmed", "checked_in"))),
                        expressions=[("post", "="), ("occupies", "&&")],
                        name="booking_post_free",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("booth__isnull", False), ("state__in", ("held", "confirmed", "checked_in"))
                        ),
                        expressions=[("booth", "="), ("occupies", "&&")],
                        name="booking_booth_free",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("citizen__isnull", False), ("state__in", ("held", "confirmed", "checked_in"))
                        ),
                        expressions=[("citizen", "="), ("during", "&&")],
                        name="booking_citizen_free",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("held", "confirmed", "checked_in"))),
                        fields=("help_request",),
                        name="booking_one_live_per_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["held", "lapsed"]), ("citizen__isnull", False), _connector="OR"
                        ),
                        name="booking_confirmed_has_citizen",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="когда")),
                ("reason", models.CharField(max_length=200, verbose_name="причина")),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closures",
                        to="directory.branch",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closures",
                        to="directory.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "нерабочее время",
                "ordering": ("during", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("branch__isnull", True), ("post__isnull", False)),
                            models.Q(("branch__isnull", False), ("post__isnull", True)),
                            _connector="OR",
                        ),
                        name="closure_of_post_or_branch",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("post",), name="duty_one_open_per_post"
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("expert",), name="duty_one_open_per_expert"
            ),
        ),
        migrations.AddConstraint(
            model_name="receptionhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens__lt", models.F("closes"))), name="reception_hours_not_reversed"
            ),
        ),
        migrations.AddConstraint(
            model_name="receptionhours",
            constraint=models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="reception_hours_weekday"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["authority", "priority", "created_at", "id"],
                name="ticket_queue",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("help_request",),
                name="ticket_one_live_per_request",
            ),
        ),
    ]
