from django.db import migrations


class Migration(migrations.Migration):
    """Numbers of requests come from a sequence: no row is locked for them and none is given twice."""

    dependencies = [("intake", "0001_help_requests")]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE intake_request_number START 1001",
            reverse_sql="DROP SEQUENCE intake_request_number",
        )
    ]
