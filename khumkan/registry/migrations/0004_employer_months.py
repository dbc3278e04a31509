import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The headcount of a month is kept when its filing is taken over."""

    dependencies = [
        ("registry", "0003_kept_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmployerMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "employer_id", "month", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("employees", models.PositiveIntegerField()),
                ("others", models.PositiveIntegerField(default=0)),
                ("joined", models.PositiveIntegerField(null=True)),
                ("left", models.PositiveIntegerField(null=True)),
                ("branches", models.PositiveSmallIntegerField()),
                ("awaited", models.PositiveSmallIntegerField(default=0)),
                ("filing_id", models.BigIntegerField()),
                ("counted_at", models.DateTimeField()),
                (
                    "employer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="months",
                        to="registry.employer",
                    ),
                ),
            ],
            options={
                "verbose_name": "month of an employer",
                "ordering": ("employer", "month"),
                "indexes": [models.Index(fields=["month", "employer"], name="employermonth_month")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="employermonth_first_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("joined__isnull", True), ("left__isnull", True)),
                            models.Q(("joined__isnull", False), ("left__isnull", False)),
                            _connector="OR",
                        ),
                        name="employermonth_moves_together",
                    ),
                ],
            },
        ),
    ]
