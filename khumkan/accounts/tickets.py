"""What a browser is in the middle of: a sealed note in the database behind a random handle in a cookie.

A ticket that opens something is *taken*: the row goes with the same statement that reads it, so it serves once,
however many requests come in parallel.
"""

import json
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponseBase

from khumkan.accounts.models import Ticket
from khumkan.accounts.sessions import hashed
from khumkan.accounts.states import TicketPurpose
from khumkan.kernel.crypto import open_sealed, seal

Note = dict[str, Any]
LIFETIME = timedelta(minutes=10)
TAKE = "DELETE FROM accounts_ticket WHERE handle_hash = %s AND purpose = %s AND expires_at > now() RETURNING data"


def issue(purpose: TicketPurpose, note: Note, *, lifetime: timedelta = LIFETIME) -> str:
    """Store a note and return its handle."""
    handle = secrets.token_urlsafe(32)
    key = hashed(handle)
    data = seal(json.dumps(note).encode(), where=_where(key))
    Ticket.objects.create(handle_hash=key, purpose=purpose, data=data, expires_at=Now() + lifetime)
    return handle


def look(handle: str, purpose: TicketPurpose) -> Note | None:
    """Return the note behind a handle and leave it there; None when it has expired or was for something else."""
    key = hashed(handle)
    data = (
        Ticket.objects.filter(handle_hash=key, purpose=purpose, expires_at__gt=Now())
        .values_list("data", flat=True)
        .first()
    )
    return _opened(data, key)


def take(handle: str, purpose: TicketPurpose) -> Note | None:
    """Return the note behind a handle for the only time; it is gone even when what follows fails."""
    key = hashed(handle)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(TAKE, [key, purpose])
        row = cursor.fetchone()
    return _opened(row[0] if row else None, key)


def cookie_name(purpose: TicketPurpose) -> str:
    """Return the name of the cookie that holds the handle for a purpose."""
    return named(str(purpose))


def named(name: str) -> str:
    """Return the full name of a cookie; behind TLS it is bound to the host."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def give(response: HttpResponseBase, purpose: TicketPurpose, note: Note, *, lifetime: timedelta = LIFETIME) -> None:
    """Store a note and give the browser its handle."""
    put(response, cookie_name(purpose), issue(purpose, note, lifetime=lifetime), lifetime=lifetime)


def handle_of(request: HttpRequest, purpose: TicketPurpose) -> str:
    """Return the handle that the browser holds for a purpose, or nothing."""
    return request.COOKIES.get(cookie_name(purpose), "")


def drop(request: HttpRequest, response: HttpResponseBase, purpose: TicketPurpose) -> None:
    """Forget what the browser was in the middle of."""
    Ticket.objects.filter(handle_hash=hashed(handle_of(request, purpose)), purpose=purpose).delete()
    response.delete_cookie(cookie_name(purpose), path="/", samesite="Lax")


def put(response: HttpResponseBase, name: str, handle: str, *, lifetime: timedelta) -> None:
    """Set a cookie that scripts cannot read and other sites cannot use."""
    response.set_cookie(
        name,
        handle,
        max_age=lifetime,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _opened(data: bytes | memoryview | None, key: bytes) -> Note | None:
    if data is None:
        return None
    note: Note = json.loads(open_sealed(bytes(data), where=_where(key)))
    return note


def _where(key: bytes) -> str:
    return f"accounts_ticket.data.{key.hex()}"
