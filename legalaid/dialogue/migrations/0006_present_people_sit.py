from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0005_seats_of_those_who_took_part")]
    operations = [
        migrations.AddConstraint(
            model_name="dialogue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "live"), _negated=True), ("named_at__isnull", False), _connector="OR"
                ),
                name="dialogue_live_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(("present", False), ("seat__isnull", False), _connector="OR"),
                name="participant_present_has_seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "citizen"), ("seat", 1), ("seat__isnull", False)),
                    models.Q(
                        models.Q(("role", "citizen"), _negated=True),
                        models.Q(("seat__isnull", True), models.Q(("seat", 1), _negated=True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="participant_first_seat_is_the_citizens",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "expert"), ("seat", 2), ("seat__isnull", False)),
                    models.Q(
                        models.Q(("role", "expert"), _negated=True),
                        models.Q(("seat__isnull", True), models.Q(("seat", 2), _negated=True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="participant_second_seat_is_the_leads",
            ),
        ),
        migrations.AddConstraint(
            model_name="asidenote",
            constraint=models.UniqueConstraint(fields=("participant", "cid"), name="aside_said_once"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(condition=models.Q(("state", "open")), fields=["authority"], name="invitation_open"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("authority__isnull", False), ("state", "open")),
                fields=("dialogue", "authority"),
                name="invitation_one_open_per_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("digest", ""), _negated=True), fields=("digest",), name="invitation_link_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("authority__isnull", False), ("digest", "")),
                    models.Q(("authority__isnull", True), models.Q(("digest", ""), _negated=True)),
                    _connector="OR",
                ),
                name="invitation_is_offer_or_link",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ("colleague", "interpreter", "helper"))), name="invitation_of_a_guest"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True), ("participant__isnull", False), _connector="OR"
                ),
                name="invitation_accepted_by_somebody",
            ),
        ),
    ]
