import django.contrib.postgres.fields
from django.db import migrations, models

from khumkan.record import partitions


EVENT_TABLE = """
CREATE SEQUENCE record_event_id_seq;
CREATE TABLE record_event (
    id bigint NOT NULL DEFAULT nextval('record_event_id_seq'),
    at timestamptz NOT NULL,
    name varchar(80) NOT NULL,
    actor_kind varchar(10) NOT NULL,
    actor_id bigint,
    system varchar(60) NOT NULL DEFAULT '',
    on_behalf_of bigint,
    origin varchar(64) NOT NULL DEFAULT '',
    because varchar(200) NOT NULL DEFAULT '',
    about_kind varchar(60) NOT NULL DEFAULT '',
    about_id bigint,
    person_id bigint,
    site_id bigint,
    data jsonb NOT NULL DEFAULT '{}',
    -- known to the database alone: the sealer closes ranges of these
    era smallint NOT NULL DEFAULT 1,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT record_event_pkey PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE record_event_id_seq OWNED BY record_event.id;
CREATE INDEX record_event_person ON record_event (person_id, at, id) WHERE person_id IS NOT NULL;
CREATE INDEX record_event_actor ON record_event (actor_kind, actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX record_event_about ON record_event (about_kind, about_id, at, id) WHERE about_id IS NOT NULL;
CREATE INDEX record_event_order ON record_event (era, xid, id);
CREATE TABLE record_event_default PARTITION OF record_event DEFAULT;
"""
REFUSAL = """
CREATE FUNCTION record_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: the record is only added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON record_event
    FOR EACH ROW EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON record_seal
    FOR EACH ROW EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON record_event
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON record_event_default
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON record_seal
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();
"""


def make_months(apps: object, editor: object) -> None:
    """Give the present months their partitions."""
    partitions.make_due("record_event", append_only=True)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('asker', models.BinaryField(max_length=32)),
                ('key', models.CharField(max_length=200)),
                ('route', models.CharField(max_length=200)),
                ('body_hash', models.BinaryField(max_length=32)),
                ('status', models.PositiveSmallIntegerField()),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'record_answer',
                'indexes': [models.Index(fields=['at'], name='record_answer_at')],
                'constraints': [models.UniqueConstraint(fields=('asker', 'key'), name='record_answer_once'), models.CheckConstraint(condition=models.Q(('status__gte', 200), ('status__lt', 400)), name='record_answer_status')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=80)),
                ('handler', models.CharField(max_length=200)),
                ('event_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'record_delivery',
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['created_at'], name='record_delivery_waiting'), models.Index(condition=models.Q(('done_at__isnull', False)), fields=['done_at'], name='record_delivery_done')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first_at__lte', models.F('last_at'))), name='record_delivery_span')],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(EVENT_TABLE, "DROP TABLE record_event")],
            state_operations=[
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('name', models.CharField(max_length=80)),
                        ('actor_kind', models.CharField(choices=[('person', 'person'), ('staff', 'staff'), ('client', 'client'), ('system', 'system')], max_length=10)),
                        ('actor_id', models.BigIntegerField(null=True)),
                        ('system', models.CharField(blank=True, max_length=60)),
                        ('on_behalf_of', models.BigIntegerField(null=True)),
                        ('origin', models.CharField(blank=True, max_length=64)),
                        ('because', models.CharField(blank=True, max_length=200)),
                        ('about_kind', models.CharField(blank=True, max_length=60)),
                        ('about_id', models.BigIntegerField(null=True)),
                        ('person_id', models.BigIntegerField(null=True)),
                        ('site_id', models.BigIntegerField(null=True)),
                        ('data', models.JSONField(default=dict)),
                    ],
                    options={
                        'db_table': 'record_event',
                        'indexes': [models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id', 'at', 'id'], name='record_event_person'), models.Index(condition=models.Q(('actor_id__isnull', False)), fields=['actor_kind', 'actor_id', 'at', 'id'], name='record_event_actor'), models.Index(condition=models.Q(('about_id__isnull', False)), fields=['about_kind', 'about_id', 'at', 'id'], name='record_event_about')],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('from_era', models.SmallIntegerField()),
                ('from_xid', models.BigIntegerField()),
                ('to_era', models.SmallIntegerField()),
                ('to_xid', models.BigIntegerField()),
                ('events', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('digest', models.BinaryField(max_length=32)),
                ('link', models.BinaryField(max_length=32)),
                ('signature', models.BinaryField(max_length=64)),
            ],
            options={
                'db_table': 'record_seal',
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='record_seal_number')],
            },
        ),
        migrations.RunSQL(REFUSAL, "DROP FUNCTION record_refuse_change CASCADE"),
        migrations.RunPython(make_months, migrations.RunPython.noop),
    ]
