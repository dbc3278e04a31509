"""The stored answers behind `idempotency`: finding, locking, storing, expiring."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from khumkan.kernel import clock, crypto, prepared
from khumkan.record.models import Answer

KEPT = timedelta(hours=24)
#: Not part of what was asked: they differ each time a form is shown.
IGNORED_FIELDS = frozenset({"csrfmiddlewaretoken", "form_key"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
LOCK_NOT_AVAILABLE = "55P03"
REPLAYED = "Idempotency-Replayed"


class StillRunning(Exception):
    """The same request is being worked on right now."""


class OtherBody(Exception):
    """The key was used before, for something else."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request: who asked, under which key, where, and the hash of what was asked."""

    asker: bytes
    key: str
    route: str
    body_hash: bytes

    @property
    def lock(self) -> int:
        """A number for the database's advisory lock."""
        digest = hashlib.sha256(b"record_answer\x00" + self.asker + self.key.encode()).digest()
        return int.from_bytes(digest[:8], signed=True)

    @property
    def where(self) -> str:
        """The place to which the sealed answer is bound."""
        return f"record_answer.sealed.{self.asker.hex()}.{self.key}"


def asker_of(request: HttpRequest) -> bytes:
    """Return a hash that tells askers apart: the token of an API client, the signed-in actor, or the browser."""
    actor = getattr(request, "actor", None)
    if "Authorization" in request.headers:
        name = f"token {request.headers['Authorization']}"
    elif actor is not None and actor.id is not None:
        name = f"{actor.kind} {actor.id}"
    else:
        name = f"browser {request.COOKIES.get(settings.CSRF_COOKIE_NAME, '')}"
    return hashlib.sha256(name.encode()).digest()


def hash_of(request: HttpRequest) -> bytes:
    """Return a hash of what is asked: the method, the address and the body, fields and files."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.method == "POST" and request.content_type in FORM_TYPES:
        for part in _form_parts(request):
            digest.update(len(part).to_bytes(8) + part)
    else:
        digest.update(request.body)
    return digest.digest()


def _form_parts(request: HttpRequest) -> Iterator[bytes]:
    for name, values in sorted(request.POST.lists()):
        if name not in IGNORED_FIELDS:
            yield json.dumps([name, values]).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            yield json.dumps([name, file.name, content.hexdigest()]).encode()


#: In one round trip, but as two statements: the second must see what the holder of the lock has committed.
LOCK = """
SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s), set_config('lock_timeout', '0', true);
"""
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%s)"
STORE = """
INSERT INTO record_answer (asker, key, route, body_hash, status, sealed, at) VALUES (%s, %s, %s, %s, %s, %s, %s)
RETURNING id
"""
FIND = "SELECT body_hash, status, sealed FROM record_answer WHERE asker = %s AND key = %s"


def claim(question: Question, *, patience: str | None) -> Answer | None:
    """Keep other requests with the same key out until this transaction ends; return the answer that is stored already.

    :param patience: how long to wait for one that is running, such as `20s`; nothing means not at all.
    :raises StillRunning: when it has not ended by then.
    :raises OtherBody: when the key was used for another question.
    """
    with connection.cursor() as cursor:
        if patience is None:
            cursor.execute(TRY_LOCK, [question.lock])
            if not cursor.fetchone()[0]:
                raise StillRunning
            cursor.execute(FIND, [question.asker, question.key])
        else:
            _wait_and_find(cursor, question, patience)
        row = cursor.fetchone()
    if row is None:
        return None
    stored = Answer(body_hash=row[0], status=row[1], sealed=row[2])
    if not hmac.compare_digest(bytes(stored.body_hash), question.body_hash):
        raise OtherBody
    return stored


def _wait_and_find(cursor: CursorWrapper, question: Question, patience: str) -> None:
    try:
        cursor.execute(LOCK + FIND, [patience, question.lock, question.asker, question.key])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise StillRunning from error
        raise
    cursor.nextset()


def store(question: Question, response: HttpResponseBase, request: HttpRequest) -> None:
    """Store an answer under its key, sealed; a streamed answer cannot be stored."""
    if not isinstance(response, HttpResponse):
        return
    head = {"headers": dict(response.headers), "nonce": _nonce_of(request)}
    plain = json.dumps(head).encode() + b"\n" + response.content
    who_and_what = (question.asker, question.key, question.route[:200], question.body_hash)
    sealed = crypto.seal(plain, where=question.where)
    prepared.rows(STORE, [*who_and_what, response.status_code, sealed, clock.now()])


def replay(question: Question, stored: Answer, request: HttpRequest) -> HttpResponse:
    """Return a stored answer again: the same status, headers and bytes, marked as a repetition."""
    head, _, content = crypto.open_sealed(bytes(stored.sealed), where=question.where).partition(b"\n")
    kept = json.loads(head)
    if kept["nonce"]:  # the page names the nonce of its scripts, and the policy must name the same
        request._csp_nonce = kept["nonce"]  # type: ignore[attr-defined]
    response = HttpResponse(content, status=stored.status)
    for name, value in kept["headers"].items():
        response[name] = value
    response[REPLAYED] = "true"
    return response


def expire() -> int:
    """Forget the answers that are older than a day, and return how many."""
    deleted, _ = Answer.objects.filter(at__lt=clock.now() - KEPT).delete()
    return deleted


def _nonce_of(request: HttpRequest) -> str:
    nonce = getattr(request, "_csp_nonce", "")
    return nonce if isinstance(nonce, str) else ""
