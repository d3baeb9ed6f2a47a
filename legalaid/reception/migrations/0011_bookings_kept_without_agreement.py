import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0010_who_is_at_the_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptBooking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="когда решено")),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="kept", to="reception.booking"
                    ),
                ),
            ],
            options={
                "verbose_name": "оставленная запись",
                "ordering": ("at", "id"),
            },
        ),
    ]
