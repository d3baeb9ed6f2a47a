from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0008_topics_retire_count_terms_and_come_in_sheets"),
    ]

    operations = [
        migrations.AddField(
            model_name="authority",
            name="address",
            field=models.CharField(blank=True, max_length=300, verbose_name="адрес"),
        ),
        migrations.AddField(
            model_name="authority",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="электронная почта"),
        ),
        migrations.AddField(
            model_name="branch",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="электронная почта"),
        ),
        migrations.AddField(
            model_name="branch",
            name="population",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="сколько людей обслуживает"),
        ),
        migrations.AddField(
            model_name="branch",
            name="retired_on",
            field=models.DateField(blank=True, null=True, verbose_name="не работает с"),
        ),
    ]
