"""The figures with two clocks, their alarms and reports; the database itself refuses to rewrite what was told."""

from django.db import migrations, models


#: A figure is added, and marked once when another takes its place. Nothing else about it ever changes.
KEEP = """
CREATE FUNCTION situation_keep_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.replaced_at IS NOT NULL OR NEW.replaced_at IS NULL
        OR (NEW.id, NEW.indicator, NEW.part, NEW.province_code, NEW.key, NEW.happened_on, NEW.value, NEW.reported_at)
            IS DISTINCT FROM
           (OLD.id, OLD.indicator, OLD.part, OLD.province_code, OLD.key, OLD.happened_on, OLD.value, OLD.reported_at)
        THEN RAISE EXCEPTION 'what a figure was told to be is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER situation_figure_kept BEFORE UPDATE OR DELETE ON situation_figure
FOR EACH ROW EXECUTE FUNCTION situation_keep_figure();

CREATE FUNCTION situation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are added and never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER situation_report_added_only BEFORE UPDATE OR DELETE ON situation_situationreport
FOR EACH ROW EXECUTE FUNCTION situation_refuse_change();
"""
LET_GO = """
DROP TRIGGER situation_figure_kept ON situation_figure;
DROP TRIGGER situation_report_added_only ON situation_situationreport;
DROP FUNCTION situation_keep_figure();
DROP FUNCTION situation_refuse_change();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Counting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=30, unique=True)),
                ('counted_at', models.DateTimeField()),
                ('changed', models.PositiveIntegerField(help_text='cells that changed then')),
            ],
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('target', models.CharField(choices=[('beds_free', 'beds_free'), ('waiting_for_bed', 'waiting_for_bed'), ('late_results', 'late_results'), ('positivity', 'positivity'), ('doses_expiring', 'doses_expiring')], max_length=20)),
                ('province_code', models.CharField(blank=True, help_text='empty: the whole country', max_length=2)),
                ('state', models.CharField(choices=[('open', 'open'), ('seen', 'seen'), ('closed', 'closed')], max_length=8)),
                ('value', models.DecimalField(decimal_places=1, help_text='the latest; shares in percent', max_digits=14)),
                ('limit', models.DecimalField(decimal_places=1, max_digits=14)),
                ('terms_version', models.PositiveIntegerField()),
                ('opened_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('seen_by', models.BigIntegerField(null=True)),
                ('note', models.CharField(blank=True, help_text='what the officer does about it', max_length=300)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['-opened_at'], name='situation_alarm_latest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('target', 'province_code'), name='situation_alarm_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='situation_alarm_closed_when')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=30)),
                ('part', models.CharField(choices=[('country', 'Whole country'), ('province', 'Province'), ('district', 'District'), ('section', 'Section'), ('site', 'Site'), ('employer', 'Enterprise')], max_length=8)),
                ('province_code', models.CharField(blank=True, help_text='empty: unknown, or of the whole country', max_length=2)),
                ('key', models.CharField(blank=True, help_text='district, section, id of the site or of the employer', max_length=20)),
                ('happened_on', models.DateField(help_text='day in Bangkok; of a stock, the day at whose end it was so')),
                ('value', models.BigIntegerField()),
                ('reported_at', models.DateTimeField(help_text='from when it was held to be so')),
                ('replaced_at', models.DateTimeField(help_text='since when another value is', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('indicator', 'part', 'happened_on', 'province_code', 'key'), include=('value',), name='situation_figure_one_now'), models.UniqueConstraint(fields=('indicator', 'part', 'happened_on', 'province_code', 'key', 'reported_at'), name='situation_figure_once'), models.CheckConstraint(condition=models.Q(('replaced_at', None), ('replaced_at__gt', models.F('reported_at')), _connector='OR'), name='situation_figure_in_order')],
            },
        ),
        migrations.CreateModel(
            name='SituationReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('day', models.DateField(help_text='the last day of which it tells')),
                ('province_code', models.CharField(blank=True, help_text='empty: the whole country', max_length=2)),
                ('content', models.JSONField(help_text='indicators, days and areas with their figures; codes and numbers only')),
                ('sha256', models.CharField(help_text='of the content, so that a copy can be compared', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['-made_at'], name='situation_report_latest')],
            },
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
