import uuid

import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue", "0003_media_nodes_and_ways"),
        ("directory", "0002_norms_languages_interpreters"),
        ("intake", "0004_needs_third_party"),
        ("reception", "0009_duty_helps_colleagues"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AsideNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="текст")),
                ("cid", models.UUIDField(verbose_name="код отправки")),
                ("at", models.DateTimeField(verbose_name="когда")),
            ],
            options={
                "verbose_name": "реплика между специалистами",
                "ordering": ("dialogue", "id"),
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("citizen", "гражданин"),
                            ("operator", "оператор МФЦ"),
                            ("expert", "специалист"),
                            ("colleague", "приглашённый специалист"),
                            ("interpreter", "переводчик"),
                            ("helper", "помощник"),
                        ],
                        max_length=12,
                        verbose_name="роль",
                    ),
                ),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="отпечаток ссылки")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "ждёт ответа"),
                            ("accepted", "принято"),
                            ("declined", "отклонено"),
                            ("expired", "без ответа"),
                            ("withdrawn", "отозвано"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                (
                    "declined_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="сделано")),
                ("expires_at", models.DateTimeField(verbose_name="действует до")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="отвечено")),
            ],
            options={
                "verbose_name": "приглашение",
                "ordering": ("-made_at", "id"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="dialogue",
            name="dialogue_one_open_per_request",
        ),
        migrations.RemoveConstraint(
            model_name="dialogue",
            name="dialogue_one_live_per_expert",
        ),
        migrations.RemoveConstraint(
            model_name="dialogue",
            name="dialogue_held_has_expert",
        ),
        migrations.RemoveConstraint(
            model_name="dialogue",
            name="dialogue_closed_has_end",
        ),
        migrations.RemoveConstraint(
            model_name="participant",
            name="participant_staff_has_user",
        ),
        migrations.AddField(
            model_name="dialogue",
            name="held_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="пауза до"),
        ),
        migrations.AddField(
            model_name="dialogue",
            name="hold_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="причина паузы"),
        ),
        migrations.AddField(
            model_name="dialogue",
            name="named_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="имя сверено"),
        ),
        migrations.AddField(
            model_name="dialogueevent",
            name="data",
            field=models.JSONField(blank=True, default=dict, verbose_name="подробности"),
        ),
        migrations.AddField(
            model_name="dialogueevent",
            name="user",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="authority",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.authority",
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="delivered",
            field=models.PositiveIntegerField(default=0, verbose_name="доставлено до"),
        ),
        migrations.AddField(
            model_name="participant",
            name="name",
            field=models.CharField(blank=True, max_length=120, verbose_name="имя"),
        ),
        migrations.AddField(
            model_name="participant",
            name="read",
            field=models.PositiveIntegerField(default=0, verbose_name="прочитано до"),
        ),
        migrations.AddField(
            model_name="participant",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="удалён"),
        ),
        migrations.AddField(
            model_name="participant",
            name="seat",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="место"),
        ),
        migrations.AlterField(
            model_name="dialogue",
            name="state",
            field=models.CharField(
                choices=[
                    ("lobby", "ждут специалиста"),
                    ("received", "сверяют имя"),
                    ("live", "идёт"),
                    ("ended", "завершён"),
                    ("missed", "не состоялся"),
                    ("failed", "прерван"),
                ],
                default="lobby",
                max_length=10,
                verbose_name="состояние",
            ),
        ),
        migrations.AlterField(
            model_name="dialogueevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("entered", "на связи"),
                    ("left", "не на связи"),
                    ("noted", "сообщение до приёма"),
                    ("received", "сверяют имя"),
                    ("admitted", "диалог начат"),
                    ("said", "сообщение"),
                    ("invited", "приглашён участник"),
                    ("uninvited", "приглашение закончилось"),
                    ("led", "диалог ведёт другой специалист"),
                    ("held", "пауза"),
                    ("resumed", "пауза закончена"),
                    ("removed", "участник удалён"),
                    ("paper", "добавлен документ"),
                    ("shown", "показан документ"),
                    ("hidden", "документ убран"),
                    ("ended", "диалог завершён"),
                    ("missed", "диалог не состоялся"),
                    ("failed", "диалог прерван"),
                ],
                max_length=10,
                verbose_name="вид",
            ),
        ),
        migrations.AlterField(
            model_name="participant",
            name="role",
            field=models.CharField(
                choices=[
                    ("citizen", "гражданин"),
                    ("operator", "оператор МФЦ"),
                    ("expert", "специалист"),
                    ("colleague", "приглашённый специалист"),
                    ("interpreter", "переводчик"),
                    ("helper", "помощник"),
                ],
                max_length=12,
                verbose_name="роль",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["live", "lobby", "received"])),
                fields=("help_request",),
                name="dialogue_one_open_per_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["live", "received"])),
                fields=("expert",),
                name="dialogue_one_live_per_expert",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["received", "live", "ended"]), _negated=True),
                    models.Q(("admitted_at__isnull", False), ("expert__isnull", False)),
                    _connector="OR",
                ),
                name="dialogue_held_has_expert",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["live", "lobby", "received"]), ("ended_at__isnull", False), _connector="OR"
                ),
                name="dialogue_closed_has_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_until__isnull", True), ("state", "live"), _connector="OR"),
                name="dialogue_pause_is_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                fields=("dialogue", "seat"),
                name="participant_seat_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seat__isnull", True), models.Q(("seat__gte", 1), ("seat__lte", 6)), _connector="OR"
                ),
                name="participant_seats_are_six",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_at__isnull", True), models.Q(("present", False), ("seat__isnull", True)), _connector="OR"
                ),
                name="participant_removed_is_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "citizen"), ("user__isnull", True)),
                    models.Q(("role__in", ["operator", "expert"]), ("user__isnull", False)),
                    models.Q(
                        ("role__in", ("colleague", "interpreter", "helper")),
                        models.Q(("user__isnull", False), models.Q(("name", ""), _negated=True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="participant_is_somebody",
            ),
        ),
        migrations.AddField(
            model_name="asidenote",
            name="dialogue",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="asides", to="dialogue.dialogue"
            ),
        ),
        migrations.AddField(
            model_name="asidenote",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="asides", to="dialogue.participant"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="authority",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.authority",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="dialogue",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="dialogue.dialogue"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="dialogue.participant"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="participant",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitation",
                to="dialogue.participant",
            ),
        ),
    ]
