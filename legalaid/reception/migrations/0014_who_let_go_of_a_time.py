import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0007_fewer_indexes"), ("reception", "0013_waiting_without_a_booking")]

    operations = [
        migrations.AddField(
            model_name="restingtime",
            name="left_by",
            field=models.ForeignKey(
                null=True,
                blank=True,
                on_delete=django.db.models.deletion.CASCADE,
                to="intake.helprequest",
                related_name="+",
            ),
        ),
    ]
