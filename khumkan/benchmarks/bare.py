"""The raw limit of the web server: a Django without middleware, sessions or templates, and four bare views.

- `/` says hello;
- `/select/<id>` reads one row by its key;
- `/book/<place>/<person>` moves a counter with its check and adds a unique booking, in one transaction;
- `/move/<place>/<person>` moves a booking and both counters, in one transaction.

What Khumkan does for the same result is measured against them, on the same server in the same run.
"""

import os
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLES = """
DROP TABLE IF EXISTS bare_booking, bare_place;
CREATE TABLE bare_place (
    id bigint PRIMARY KEY, total bigint NOT NULL, taken bigint NOT NULL DEFAULT 0, CHECK (taken BETWEEN 0 AND total)
) WITH (fillfactor = 40);
CREATE TABLE bare_booking (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, place_id bigint NOT NULL, person_id bigint NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
"""
BOOK = "UPDATE bare_place SET taken = taken + 1 WHERE id = %s AND taken < total RETURNING id"
STANDS = "SELECT place_id FROM bare_booking WHERE person_id = %s FOR UPDATE"
LEAVE = "UPDATE bare_place SET taken = taken - 1 WHERE id = %s"
MOVE = "UPDATE bare_booking SET place_id = %s, created_at = clock_timestamp() WHERE person_id = %s"
ADD = "INSERT INTO bare_booking (place_id, person_id) VALUES (%s, %s) RETURNING id"


def prepare(*, places: int, total: int) -> None:
    """Make the bare tables anew in the database of this process, with so many places of so many."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute(
            "INSERT INTO bare_place (id, total) SELECT id, %s FROM generate_series(1, %s) id", [total, places]
        )


def book(place_id: int, person_id: int) -> bool:
    """Run the two statements in one transaction; say whether there was room. A person books once.

    :raises IntegrityError: when the person has a booking.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BOOK, [place_id])
        if cursor.fetchone() is None:
            return False
        cursor.execute(ADD, [place_id, person_id])
    return True


def booked(people: range, *, places: int) -> None:
    """Give everybody a booking, in turn at the first places."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_booking (place_id, person_id)"
            " SELECT 1 + (n - %s) %% %s, n FROM generate_series(%s::bigint, %s::bigint) n",
            [people.start, places, people.start, people.stop - 1],
        )
        cursor.execute(
            "UPDATE bare_place SET taken = (SELECT count(*) FROM bare_booking WHERE place_id = bare_place.id)"
        )


def move(place_id: int, person_id: int) -> bool:
    """Run the four statements of a move in one transaction, the counters in the order of the places."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STANDS, [person_id])
        [(was,)] = cursor.fetchall()
        for each in sorted((was, place_id)):
            cursor.execute(LEAVE if each == was else BOOK, [each])
            if each != was and cursor.fetchone() is None:
                transaction.set_rollback(True)
                return False
        cursor.execute(MOVE, [place_id, person_id])
    return True


def hello(request: HttpRequest) -> HttpResponse:
    """Answer without touching the database."""
    return HttpResponse(b"hello")


def select(request: HttpRequest, place_id: int) -> HttpResponse:
    """Answer with one row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT total, taken FROM bare_place WHERE id = %s", [place_id])
        return HttpResponse(repr(cursor.fetchone()).encode())


def booking(request: HttpRequest, place_id: int, person_id: int) -> HttpResponse:
    """Book: 200 when there was room, 409 when not or when the person has a booking."""
    try:
        return HttpResponse(status=200 if book(place_id, person_id) else 409)
    except IntegrityError:
        return HttpResponse(status=409)


def moving(request: HttpRequest, place_id: int, person_id: int) -> HttpResponse:
    """Move a booking: 200 when there was room, 409 when not."""
    return HttpResponse(status=200 if move(place_id, person_id) else 409)


urlpatterns = [
    path("", hello),
    path("select/<int:place_id>", select),
    path("book/<int:place_id>/<int:person_id>", booking),
    path("move/<int:place_id>/<int:person_id>", moving),
]


def make() -> Callable[..., object]:
    """Make the bare application, for the server's `--factory`; the database is that of `DATABASE_URL`."""
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": _database(os.environ["DATABASE_URL"])},
        MIDDLEWARE=[],
        ROOT_URLCONF=__name__,
        SECRET_KEY="no secret: nothing is signed here",  # noqa: S106
        USE_TZ=True,
    )
    django.setup()
    return get_wsgi_application()


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": options,
    }
