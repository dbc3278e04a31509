"""Pools are read by two persons, corrections at a site released by a second; a file with refused rows may come again.

The rule of two persons is not asked of results that were released before it.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("screening", "0010_rounds_index_of_the_called")]

    operations = [
        migrations.AddField(
            model_name="pool",
            name="first_outcome",
            field=models.CharField(
                blank=True,
                choices=[("negative", "Not detected"), ("positive", "Detected"), ("invalid", "Invalid")],
                default="",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(model_name="pool", name="first_by", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="pool", name="first_at", field=models.DateTimeField(null=True)),
        migrations.RemoveConstraint(model_name="result", name="screening_result_hand_needs_two_persons"),
        AddConstraintNotValid(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=~models.Q(state="released")
                | ~(models.Q(source__in=["hand", "pool"]) | models.Q(source="site", supersedes__isnull=False))
                | models.Q(released_by__isnull=True)
                | ~models.Q(released_by=models.F("entered_by")),
                name="screening_result_needs_two_persons",
            ),
        ),
        migrations.RemoveConstraint(model_name="resultfile", name="screening_result_file_once"),
        migrations.AddConstraint(
            model_name="resultfile",
            constraint=models.UniqueConstraint(
                condition=~models.Q(state="refused") & models.Q(refused=0),
                fields=("laboratory", "sha256"),
                name="screening_result_file_once",
            ),
        ),
    ]
