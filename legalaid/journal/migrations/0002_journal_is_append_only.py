from django.db import migrations


class Migration(migrations.Migration):
    """The database itself refuses to rewrite history; the default puts the transaction's number on each entry."""

    dependencies = [("journal", "0001_journal_and_extensions")]

    operations = [
        migrations.RunSQL(
            sql="""
            ALTER TABLE journal_journalentry
                ALTER COLUMN xact SET DEFAULT pg_current_xact_id()::text::bigint;
            CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'the journal is append-only';
            END $$;
            CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal_journalentry
                FOR EACH ROW EXECUTE FUNCTION journal_refuse();
            """,
            reverse_sql="""
            DROP TRIGGER journal_append_only ON journal_journalentry;
            DROP FUNCTION journal_refuse();
            ALTER TABLE journal_journalentry ALTER COLUMN xact SET DEFAULT 0;
            """,
        ),
    ]
