"""A supply that everybody wants is rewritten thousands of times: room in its page keeps each rewrite beside the last."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("capacity", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE capacity_supply SET (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.02)",
            "ALTER TABLE capacity_supply RESET (fillfactor, autovacuum_vacuum_scale_factor)",
        ),
    ]
