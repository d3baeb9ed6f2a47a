import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0003_waitlist_and_interpreters"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="ticket",
            name="ticket_one_live_per_request",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_queue",
        ),
        migrations.AddField(
            model_name="ticket",
            name="booth",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tickets",
                to="directory.booth",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="call_back",
            field=models.BooleanField(default=False, verbose_name="просит позвать по телефону"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="called_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="позвали по телефону"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="finished_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="приём закончен"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="label",
            field=models.CharField(blank=True, max_length=8, verbose_name="номер талона"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="reason",
            field=models.CharField(
                choices=[
                    ("returned", "возвращён в очередь не по своей вине"),
                    ("out_of_turn", "принимают вне очереди"),
                    ("deadline", "истекает срок по закону"),
                    ("time", "по времени прихода"),
                ],
                default="time",
                max_length=12,
                verbose_name="почему так",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="seen_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="видели"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="start_code",
            field=models.CharField(blank=True, max_length=4, verbose_name="код начала"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "ждёт"),
                    ("offered", "вызывают"),
                    ("taken", "принят"),
                    ("left", "ушёл"),
                    ("returned", "передан дальше"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="состояние",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "offered"))),
                fields=["authority", "priority", "created_at", "id"],
                name="ticket_queue",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "offered"))),
                fields=("help_request",),
                name="ticket_one_live_per_request",
            ),
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "ждёт ответа"),
                            ("accepted", "принят"),
                            ("declined", "отклонён"),
                            ("expired", "без ответа"),
                            ("withdrawn", "отозван"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="сделан")),
                ("expires_at", models.DateTimeField(verbose_name="действует до")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="отвечен")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="причина отказа")),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="reception.duty"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="reception.ticket"
                    ),
                ),
            ],
            options={
                "verbose_name": "вызов",
                "ordering": ("-made_at", "-id"),
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["expires_at"], name="offer_open_by_end")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("ticket",), name="offer_one_open_per_ticket"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("duty",), name="offer_one_open_per_duty"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitingNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="текст")),
                ("at", models.DateTimeField(verbose_name="когда")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "help_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_notes",
                        to="intake.helprequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "сообщение ожидающему",
                "ordering": ("-at", "-id"),
            },
        ),
    ]
