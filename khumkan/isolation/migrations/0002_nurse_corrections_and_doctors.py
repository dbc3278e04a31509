"""Who was in a bed when the result was corrected, and which doctor let somebody go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("isolation", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="care",
            name="result_corrected_at",
            field=models.DateTimeField(
                help_text="when the result was corrected while the person lay in a bed: they may go at once", null=True
            ),
        ),
        migrations.AddField(
            model_name="discharge",
            name="doctor",
            field=models.CharField(
                blank=True, help_text="who decided, where oxygen or a fever spoke against it", max_length=80
            ),
        ),
    ]
