from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_network_topics_agreements"),
        ("people", "0001_people_and_consents"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="membership",
            name="membership_place_fits_role",
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("operator", "оператор МФЦ"),
                    ("expert", "специалист органа"),
                    ("coordinator", "координатор органа"),
                    ("office", "проектный офис"),
                    ("observer", "наблюдатель"),
                    ("duty_officer", "дежурный по проекту"),
                ],
                max_length=20,
                verbose_name="роль",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("authority__isnull", True), ("branch__isnull", False), ("role", "operator")),
                    models.Q(
                        ("authority__isnull", False), ("branch__isnull", True), ("role__in", ["expert", "coordinator"])
                    ),
                    models.Q(
                        ("authority__isnull", True),
                        ("branch__isnull", True),
                        ("role__in", ["office", "observer", "duty_officer"]),
                    ),
                    _connector="OR",
                ),
                name="membership_place_fits_role",
            ),
        ),
    ]
