import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Files that are kept until the queue reads them; filings say whose they are."""

    dependencies = [
        ("registry", "0002_imports_without_progress"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="kept",
                        serialize=False,
                        to="registry.import",
                    ),
                ),
                ("lines", models.PositiveIntegerField()),
                ("reached", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("cancel_asked_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="KeptPiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "ordering": ("file", "number"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="import",
            name="import_finished_when_over",
        ),
        migrations.AddField(
            model_name="import",
            name="branch_serial",
            field=models.CharField(blank=True, max_length=6),
        ),
        migrations.AddField(
            model_name="import",
            name="employer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.employer",
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="month",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting to be read"),
                    ("running", "Running"),
                    ("done", "Finished"),
                    ("refused", "Refused as a whole"),
                    ("cancelled", "Cancelled, nothing was taken over"),
                    ("failed", "Broken off, nothing was taken over"),
                ],
                default="running",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state__in", ("waiting", "running"))),
                    models.Q(
                        models.Q(("state__in", ("waiting", "running")), _negated=True), ("finished_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="import_finished_when_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "filing"), models.Q(("employer__isnull", True), ("month__isnull", True)), _connector="OR"
                ),
                name="import_employer_of_filings_only",
            ),
        ),
        migrations.AddField(
            model_name="keptpiece",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pieces", to="registry.keptfile"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptpiece",
            constraint=models.UniqueConstraint(fields=("file", "number"), name="keptpiece_once"),
        ),
    ]
