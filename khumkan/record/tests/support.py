"""What tests of the whole project need from the record."""

from django.db import connection


def permit_flush() -> None:
    """Let the test database be emptied between tests: drop the triggers that refuse TRUNCATE, and only those.

    UPDATE and DELETE stay refused.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only_truncate' AND NOT tgisinternal"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER append_only_truncate ON {table}")


def empty_the_queue() -> None:
    """Forget all jobs: the tables of the queue are not Django's, so nobody else empties them after a test."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
