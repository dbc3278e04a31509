"""A specimen keeps province, district and section of its day; the counters know who was answered within 24 and 48 hours.

Specimens of before get what the person has today: the counters looked there until now. Answers of before are counted
into the rows that hold them.
"""

from django.db import migrations, models

HOMES = """
UPDATE screening_specimen specimen
SET province_code = person.province_code, district_code = person.district_code, section = coalesce(person.section, 0)
FROM registry_person person WHERE person.id = specimen.person_id
"""
TURN_ROUND = """
UPDATE screening_dailyfigure figure
SET within_24 = counted.within_24, within_48 = counted.within_48
FROM (
    SELECT (specimen.taken_at AT TIME ZONE 'Asia/Bangkok')::date AS day,
           (result.released_at AT TIME ZONE 'Asia/Bangkok')::date AS reported_on,
           specimen.province_code, specimen.district_code, session.site_id, specimen.section, specimen.method,
           count(*) FILTER (WHERE result.released_at - specimen.taken_at <= interval '24 hours') AS within_24,
           count(*) FILTER (WHERE result.released_at - specimen.taken_at <= interval '48 hours') AS within_48
    FROM screening_result result
    JOIN screening_specimen specimen ON specimen.id = result.specimen_id
    JOIN screening_session session ON session.id = specimen.session_id
    WHERE result.supersedes_id IS NULL AND result.state IN ('released', 'superseded')
    GROUP BY 1, 2, 3, 4, 5, 6, 7
) counted
WHERE (figure.day, figure.reported_on, figure.province_code, figure.district_code, figure.site_id, figure.section,
       figure.method)
    = (counted.day, counted.reported_on, counted.province_code, counted.district_code, counted.site_id, counted.section,
       counted.method)
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0011_second_readings_and_files_again")]

    operations = [
        migrations.AddField(
            model_name="specimen",
            name="province_code",
            field=models.CharField(
                blank=True, default="", help_text="where the person lived when it was taken", max_length=2
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="specimen",
            name="district_code",
            field=models.CharField(
                blank=True, default="", help_text="where the person lived when it was taken", max_length=4
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="specimen",
            name="section",
            field=models.PositiveSmallIntegerField(default=0, help_text="of the cover on that day, 0 without cover"),
        ),
        migrations.AddField(
            model_name="dailyfigure",
            name="within_24",
            field=models.IntegerField(default=0, help_text="first answers within 24 hours of the specimen"),
        ),
        migrations.AddField(
            model_name="dailyfigure",
            name="within_48",
            field=models.IntegerField(default=0, help_text="first answers within 48 hours of the specimen"),
        ),
        migrations.RunSQL([HOMES, TURN_ROUND], migrations.RunSQL.noop),
    ]
