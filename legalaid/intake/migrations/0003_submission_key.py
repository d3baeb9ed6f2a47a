from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_request_number_sequence"),
    ]

    operations = [
        migrations.AddField(
            model_name="helprequest",
            name="submission",
            field=models.CharField(blank=True, max_length=32, null=True, unique=True, verbose_name="ключ отправки"),
        ),
    ]
