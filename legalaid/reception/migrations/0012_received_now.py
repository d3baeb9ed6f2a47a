from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("reception", "0011_bookings_kept_without_agreement")]

    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                fields=["duty"], condition=Q(began_at__isnull=False, finished_at=None), name="booking_received"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["duty"], condition=Q(state="taken", finished_at=None), name="ticket_received"),
        ),
    ]
