import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_network_topics_agreements"),
        ("reception", "0001_hours_bookings_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoothAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="когда")),
                (
                    "booth",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attempts", to="directory.booth"
                    ),
                ),
            ],
            options={
                "verbose_name": "неверный код",
                "ordering": ("-at", "-id"),
                "indexes": [models.Index(fields=["booth", "at"], name="booth_attempt_recent")],
            },
        ),
    ]
