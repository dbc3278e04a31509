"""The database itself refuses to change or remove what was proposed, decided, approved or done."""

from django.db import migrations

TABLES = ("policies_proposal", "policies_decision", "policies_termsversion", "policies_phasestep")

FUNCTION = """
CREATE FUNCTION policies_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are added and never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
TRIGGER = """
CREATE TRIGGER {table}_added_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION policies_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION policies_refuse_change()"),
        *(
            migrations.RunSQL(TRIGGER.format(table=table), f"DROP TRIGGER {table}_added_only ON {table}")
            for table in TABLES
        ),
    ]
