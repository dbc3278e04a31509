"""What the shell itself asks."""

from django.db import connection


def reach_database() -> None:
    """Ask the database for nothing at all. One query.

    :raises django.db.Error: when it does not answer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
