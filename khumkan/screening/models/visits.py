"""The end of a session, counted."""

from django.db import models

from khumkan.screening.models.registrations import Session


class SessionClose(models.Model):
    """What became of everybody on the list of a session: listed = came + no-show + turned away, by constraint."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="close")
    listed = models.PositiveIntegerField(help_text="registrations of the session, walk-ins included")
    came = models.PositiveIntegerField(help_text="gave a specimen")
    no_show = models.PositiveIntegerField()
    turned_away = models.PositiveIntegerField(help_text="refused the test or were sent home")
    walk_ins = models.PositiveIntegerField(help_text="of those listed")
    by_staff = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(listed=models.F("came") + models.F("no_show") + models.F("turned_away")),
                name="screening_session_close_reconciles",
            ),
        ]
