from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_norms_languages_interpreters"),
    ]

    operations = [
        migrations.AddField(
            model_name="authority",
            name="phone",
            field=models.CharField(blank=True, max_length=20, verbose_name="телефон"),
        ),
        migrations.AddField(
            model_name="branch",
            name="phone",
            field=models.CharField(blank=True, max_length=20, verbose_name="телефон"),
        ),
    ]
