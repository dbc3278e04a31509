import django.db.models.functions.datetime
import khumkan.messages.states
import uuid
from django.db import migrations, models

from khumkan.record import partitions


MESSAGE_TABLE = """
CREATE SEQUENCE messaging_message_id_seq;
CREATE TABLE messaging_message (
    id bigint NOT NULL DEFAULT nextval('messaging_message_id_seq'),
    created_at timestamptz NOT NULL,
    reference uuid NOT NULL DEFAULT gen_random_uuid(),
    template varchar(120) NOT NULL,
    person_id bigint,
    sealed bytea,
    channel varchar(10) NOT NULL DEFAULT '',
    params jsonb NOT NULL DEFAULT '{}',
    about_kind varchar(60) NOT NULL DEFAULT '',
    about_id bigint,
    is_urgent boolean NOT NULL DEFAULT false,
    state varchar(12) NOT NULL DEFAULT 'queued',
    changed_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    provider varchar(40) NOT NULL DEFAULT '',
    provider_reference varchar(80) NOT NULL DEFAULT '',
    problem varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT messaging_message_pkey PRIMARY KEY (id, created_at),
    CONSTRAINT messaging_message_recipient CHECK (person_id IS NOT NULL OR sealed IS NOT NULL OR state <> 'queued')
) PARTITION BY RANGE (created_at);
ALTER SEQUENCE messaging_message_id_seq OWNED BY messaging_message.id;
CREATE INDEX messaging_message_due ON messaging_message (is_urgent DESC, due_at) WHERE state IN ('queued', 'sending');
CREATE INDEX messaging_message_reference ON messaging_message (reference);
CREATE INDEX messaging_message_provider ON messaging_message (provider_reference) WHERE provider_reference <> '';
CREATE INDEX messaging_message_person ON messaging_message (person_id, created_at) WHERE person_id IS NOT NULL;
CREATE INDEX messaging_message_about ON messaging_message (about_kind, about_id) WHERE about_id IS NOT NULL;
CREATE TABLE messaging_message_default PARTITION OF messaging_message DEFAULT;
"""


def make_months(apps: object, editor: object) -> None:
    """Give the present months their partitions."""
    partitions.make_due("messaging_message")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('tokens', models.FloatField(default=0)),
                ('filled_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('failures', models.PositiveIntegerField(default=0)),
                ('rests_until', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'messaging_provider',
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MESSAGE_TABLE, "DROP TABLE messaging_message")],
            state_operations=[
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField()),
                        ('reference', models.UUIDField(default=uuid.uuid4)),
                        ('template', models.CharField(max_length=120)),
                        ('person_id', models.BigIntegerField(null=True)),
                        ('sealed', models.BinaryField(null=True)),
                        ('channel', models.CharField(blank=True, choices=[('', ''), ('sms', 'sms'), ('email', 'email')], max_length=10)),
                        ('params', models.JSONField(default=dict)),
                        ('about_kind', models.CharField(blank=True, max_length=60)),
                        ('about_id', models.BigIntegerField(null=True)),
                        ('is_urgent', models.BooleanField(default=False)),
                        ('state', models.CharField(choices=[('queued', 'Waiting to be sent'), ('sending', 'Being sent'), ('accepted', 'Sent'), ('delivered', 'Delivered'), ('failed', 'Not delivered'), ('unreachable', 'No phone number or e-mail address')], max_length=12)),
                        ('changed_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField()),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('provider', models.CharField(blank=True, max_length=40)),
                        ('provider_reference', models.CharField(blank=True, max_length=80)),
                        ('problem', models.CharField(blank=True, max_length=60)),
                    ],
                    options={
                        'db_table': 'messaging_message',
                        'indexes': [models.Index(condition=models.Q(('state__in', [khumkan.messages.states.State['QUEUED'], khumkan.messages.states.State['SENDING']])), fields=['-is_urgent', 'due_at'], name='messaging_message_due'), models.Index(fields=['reference'], name='messaging_message_reference'), models.Index(condition=models.Q(('provider_reference', ''), _negated=True), fields=['provider_reference'], name='messaging_message_provider'), models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id', 'created_at'], name='messaging_message_person'), models.Index(condition=models.Q(('about_id__isnull', False)), fields=['about_kind', 'about_id'], name='messaging_message_about')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('person_id__isnull', False), ('sealed__isnull', False), models.Q(('state__in', [khumkan.messages.states.State['QUEUED']]), _negated=True), _connector='OR'), name='messaging_message_recipient')],
                    },
                ),
            ],
        ),
        migrations.RunPython(make_months, migrations.RunPython.noop),
        migrations.CreateModel(
            name='Shown',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reference', models.UUIDField(unique=True)),
                ('at', models.DateTimeField()),
                ('channel', models.CharField(max_length=10)),
                ('template', models.CharField(max_length=120)),
                ('last4', models.CharField(blank=True, max_length=4)),
                ('sealed', models.BinaryField()),
            ],
            options={
                'db_table': 'messaging_shown',
                'indexes': [models.Index(fields=['last4', '-id'], name='messaging_shown_last4')],
            },
        ),
    ]
