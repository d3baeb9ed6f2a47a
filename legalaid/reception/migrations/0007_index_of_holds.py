from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reception", "0006_who_received_and_who_sees_to_it")]

    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(condition=models.Q(("state", "held")), fields=["held_until"], name="booking_held_until"),
        ),
    ]
