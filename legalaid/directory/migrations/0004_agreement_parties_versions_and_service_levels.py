import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_own_phone_numbers"),
    ]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="agree_days",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="согласовать время, рабочих дней"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="amends",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amended_by",
                to="directory.agreement",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="end_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="почему прекращено"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="прекращено"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="hold_days",
            field=models.PositiveSmallIntegerField(default=5, verbose_name="провести диалог, рабочих дней"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="signer_body",
            field=models.CharField(blank=True, max_length=200, verbose_name="кто подписывает от органа"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="signer_centre",
            field=models.CharField(blank=True, max_length=200, verbose_name="кто подписывает от МФЦ"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="wait_minutes",
            field=models.PositiveSmallIntegerField(default=15, verbose_name="ждать в назначенное время, минут"),
        ),
    ]
