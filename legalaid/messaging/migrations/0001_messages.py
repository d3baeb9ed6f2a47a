from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "электронная почта"), ("sms", "СМС")],
                        max_length=10,
                        verbose_name="канал",
                    ),
                ),
                ("to", models.CharField(max_length=254, verbose_name="кому")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="тема")),
                ("body", models.TextField(verbose_name="текст")),
                ("attachment_name", models.CharField(blank=True, max_length=80, verbose_name="имя вложения")),
                ("attachment_type", models.CharField(blank=True, max_length=80, verbose_name="тип вложения")),
                ("attachment", models.BinaryField(blank=True, null=True, verbose_name="вложение")),
                ("about", models.CharField(max_length=80, verbose_name="о чём")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "ждёт отправки"),
                            ("sent", "отправлено"),
                            ("failed", "не отправлено"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="состояние",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="попыток")),
                ("created_at", models.DateTimeField(verbose_name="создано")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="отправлено")),
            ],
            options={
                "verbose_name": "сообщение",
                "ordering": ("-created_at", "-id"),
                "indexes": [models.Index(fields=["about"], name="message_about")],
            },
        ),
    ]
