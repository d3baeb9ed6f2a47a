from django.db import migrations, models

MINUTES = "(extract(epoch FROM (%(function)s(%(expressions)s) - TIMESTAMPTZ '1970-01-01 00:00+00')) / 60)::integer"


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_norms_languages_interpreters"),
        ("intake", "0004_needs_third_party"),
        ("people", "0002_duty_officer"),
        ("reception", "0007_index_of_holds"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="busy_from",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    "occupies",
                    function="lower",
                    output_field=models.IntegerField(),
                    template=MINUTES,
                ),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="busy_until",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    "occupies",
                    function="upper",
                    output_field=models.IntegerField(),
                    template=MINUTES,
                ),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("state__in", ("held", "confirmed", "checked_in"))),
                fields=["post", "busy_from"],
                include=("busy_until", "state", "held_until", "help_request"),
                name="booking_busy_post",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("booth__isnull", False), ("state__in", ("held", "confirmed", "checked_in"))),
                fields=["booth", "busy_from"],
                include=("busy_until", "state", "held_until", "help_request"),
                name="booking_busy_booth",
            ),
        ),
    ]
