from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_receipts_keys_and_quiet_hours")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["failed_at"], condition=Q(state="failed"), name="message_failed"),
        )
    ]
