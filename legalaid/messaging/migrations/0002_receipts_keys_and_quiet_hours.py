from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_messages"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="attempted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="последняя попытка"),
        ),
        migrations.AddField(
            model_name="message",
            name="delivered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="доставлено"),
        ),
        migrations.AddField(
            model_name="message",
            name="doubts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="попыток с неизвестным исходом"),
        ),
        migrations.AddField(
            model_name="message",
            name="error_code",
            field=models.CharField(blank=True, max_length=40, verbose_name="код ошибки"),
        ),
        migrations.AddField(
            model_name="message",
            name="failed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="не доставлено"),
        ),
        migrations.AddField(
            model_name="message",
            name="gateway_id",
            field=models.CharField(blank=True, max_length=80, verbose_name="номер у шлюза"),
        ),
        migrations.AddField(
            model_name="message",
            name="key",
            field=models.CharField(blank=True, max_length=120, null=True, unique=True, verbose_name="ключ"),
        ),
        migrations.AddField(
            model_name="message",
            name="not_before",
            field=models.DateTimeField(blank=True, null=True, verbose_name="не раньше"),
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "ждёт отправки"),
                    ("sending", "отправляется"),
                    ("sent", "отправлено"),
                    ("delivered", "доставлено"),
                    ("failed", "не доставлено"),
                    ("withdrawn", "отозвано до отправки"),
                ],
                default="queued",
                max_length=10,
                verbose_name="состояние",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("gateway_id", ""), _negated=True),
                fields=["gateway_id"],
                name="message_by_gateway_id",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "sending"])),
                fields=["created_at"],
                name="message_on_its_way",
            ),
        ),
    ]
