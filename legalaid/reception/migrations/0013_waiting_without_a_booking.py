from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reception", "0012_received_now")]

    operations = [
        migrations.AddField(
            model_name="waitlistentry",
            name="part",
            field=models.CharField("часть дня", max_length=8, blank=True, default=""),
        ),
        migrations.AddField(
            model_name="waitlistentry",
            name="beyond",
            field=models.DateTimeField("видела время до", null=True, blank=True),
        ),
    ]
