"""A choice of districts is frozen with its figures; files of cases are added and never changed."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION vaccination_freeze_choice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'simulated'
        OR to_jsonb(NEW) - '{state,signed_at,signed_by}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{state,signed_at,signed_by}'::text[] THEN
        RAISE EXCEPTION 'the figures of a choice of districts are never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vaccination_districtchoice_frozen BEFORE UPDATE OR DELETE ON vaccination_districtchoice
FOR EACH ROW EXECUTE FUNCTION vaccination_freeze_choice();

CREATE FUNCTION vaccination_refuse_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM vaccination_districtchoice WHERE id = NEW.choice_id) IS DISTINCT FROM 'simulated' THEN
        RAISE EXCEPTION 'a choice that was signed or dropped gets no more areas' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vaccination_districtrate_before_signing BEFORE INSERT ON vaccination_districtrate
FOR EACH ROW EXECUTE FUNCTION vaccination_refuse_rate();

CREATE FUNCTION vaccination_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are added and never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER vaccination_districtrate_added_only BEFORE UPDATE OR DELETE ON vaccination_districtrate
FOR EACH ROW EXECUTE FUNCTION vaccination_refuse_change();
CREATE TRIGGER vaccination_casefile_added_only BEFORE UPDATE OR DELETE ON vaccination_casefile
FOR EACH ROW EXECUTE FUNCTION vaccination_refuse_change();
CREATE TRIGGER vaccination_casecount_added_only BEFORE UPDATE OR DELETE ON vaccination_casecount
FOR EACH ROW EXECUTE FUNCTION vaccination_refuse_change();
"""
THAW = """
DROP TRIGGER vaccination_districtchoice_frozen ON vaccination_districtchoice;
DROP TRIGGER vaccination_districtrate_before_signing ON vaccination_districtrate;
DROP TRIGGER vaccination_districtrate_added_only ON vaccination_districtrate;
DROP TRIGGER vaccination_casefile_added_only ON vaccination_casefile;
DROP TRIGGER vaccination_casecount_added_only ON vaccination_casecount;
DROP FUNCTION vaccination_freeze_choice();
DROP FUNCTION vaccination_refuse_rate();
DROP FUNCTION vaccination_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("vaccination", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
