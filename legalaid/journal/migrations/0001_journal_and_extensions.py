import django.db.models.functions.datetime
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="JournalSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.BigIntegerField(unique=True)),
                ("digest", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "печать журнала",
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("at", models.DateTimeField(verbose_name="когда")),
                ("kind", models.CharField(max_length=40, verbose_name="что")),
                ("subject", models.CharField(max_length=64, verbose_name="чьё")),
                ("action", models.CharField(max_length=40, verbose_name="действие")),
                ("before", models.CharField(blank=True, max_length=40, verbose_name="было")),
                ("after", models.CharField(blank=True, max_length=40, verbose_name="стало")),
                ("actor", models.CharField(max_length=80, verbose_name="кто")),
                ("data", models.JSONField(blank=True, default=dict, verbose_name="подробности")),
                ("xact", models.BigIntegerField(db_default=0, editable=False)),
            ],
            options={
                "verbose_name": "запись журнала",
                "ordering": ("id",),
                "indexes": [models.Index(fields=["kind", "subject", "id"], name="journal_by_subject")],
            },
        ),
    ]
