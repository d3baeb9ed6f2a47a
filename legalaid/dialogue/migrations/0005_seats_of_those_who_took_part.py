from django.db import migrations

SEATS = """
    UPDATE dialogue_participant SET seat = CASE role WHEN 'citizen' THEN 1 WHEN 'expert' THEN 2 END;
    UPDATE dialogue_participant p SET seat = 3 WHERE p.role = 'operator' AND p.present
        AND p.id = (SELECT q.id FROM dialogue_participant q WHERE q.dialogue_id = p.dialogue_id
                    AND q.role = 'operator' AND q.present ORDER BY q.id LIMIT 1);
    UPDATE dialogue_participant SET present = false WHERE seat IS NULL;
    UPDATE dialogue_participant p SET authority_id = r.authority_id
        FROM dialogue_dialogue d JOIN intake_helprequest r ON r.id = d.help_request_id
        WHERE p.dialogue_id = d.id AND p.role = 'expert';
    UPDATE dialogue_dialogue SET named_at = admitted_at WHERE admitted_at IS NOT NULL;
"""
NOTHING = "SELECT 1"  # the columns go with the migration before


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0004_six_seats_and_invitations")]
    operations = [migrations.RunSQL(SEATS, NOTHING)]
