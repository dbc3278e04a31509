"""Puts back the partial unique index on the person of a live registration.

Taking the plain index of a foreign key away (`db_index=False`, in the migration before) also takes every other
single-column index that the schema editor finds on that column, the one of a conditional unique constraint included.
"""

from django.db import migrations

AGAIN = """
CREATE UNIQUE INDEX IF NOT EXISTS screening_registration_one_live ON screening_registration (person_id)
WHERE state IN ('waiting', 'booked', 'checked_in', 'sampled')
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0008_answers_move_fewer_indexes")]

    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
