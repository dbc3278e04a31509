from django.db import migrations, models


class Migration(migrations.Migration):
    """An import tells its caller how far it is; nobody reads these columns."""

    dependencies = [("registry", "0001_first_tables")]

    operations = [
        migrations.RemoveField("import", "progress"),
        migrations.RemoveField("import", "cancel_asked"),
        migrations.AlterField(
            "importrow",
            "verdict",
            models.CharField(
                max_length=9,
                choices=[
                    ("accepted", "Taken over"),
                    ("refused", "Not taken over"),
                    ("duplicate", "Twice in the file"),
                    ("unchanged", "Nothing new"),
                ],
            ),
        ),
    ]
