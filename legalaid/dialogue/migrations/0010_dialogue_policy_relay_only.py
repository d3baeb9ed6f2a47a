from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue", "0009_shown_pages"),
    ]

    operations = [
        migrations.AddField(
            model_name="dialoguepolicy",
            name="relay_only",
            field=models.BooleanField(default=False, verbose_name="только через ретранслятор"),
        ),
    ]
