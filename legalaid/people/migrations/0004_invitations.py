from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_consent_to_recording"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="invited_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="приглашён"),
        ),
        migrations.AddField(
            model_name="user",
            name="leaves_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="не работает с"),
        ),
    ]
