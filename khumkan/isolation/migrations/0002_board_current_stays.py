"""An index by which the bed board finds the stays of this moment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("isolation", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(models.F("blocks__endswith"), name="isolation_stay_until"),
        ),
    ]
