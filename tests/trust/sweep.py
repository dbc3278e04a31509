"""Every visitor at every address: what came back, what was read, what was changed. Each request is taken back."""

import gzip
import io
import os
import re
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from unittest import mock

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from khumkan.record.models import Event
from khumkan.ui import documents
from tests.trust import checks, forms
from tests.trust.marks import Page
from tests.trust.table import OPERATIONS, TABLE, TELLS_WHERE
from tests.trust.things import Thing, may, things
from tests.trust.world import Visitor, World

METHODS = ("GET", "POST")
#: In the long run closed doors are tried by both methods; otherwise by those that do something where it is open.
IS_LONG = os.environ.get("KHUMKAN_LONG") == "1"
NOWHERE = "zz/" * 8
#: Kinds of answers that are text as they are.
TEXTS = frozenset({"text/html", "text/plain", "text/csv", "application/json", "application/problem+json"}) | {
    "application/atom+xml"
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What differs by nature: tokens against forgery, keys of forms, references of errors.
RANDOM = re.compile(r'(name="(?:csrfmiddlewaretoken|form_key)" value=")[^"]*|E-[2-9A-Z]{5}-[2-9A-Z]{5}|nonce-[^\'"]+')
#: Tables to which everybody's visit may write: it is no change of anything that belongs to somebody.
TRACES = frozenset(
    {
        *("accounts_session", "accounts_bucket", "accounts_signin", "accounts_ticket"),
        *("django_session", "hotline_reading", "record_answer"),
    }
)
_WRITES = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM) "?([a-z_]+)')


class Writes:
    """Notes which tables the statements of a block really changed."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        if context["cursor"].rowcount != 0:
            self.tables.update(_WRITES.findall(sql))
        return result


@dataclass(frozen=True)
class Seen:
    """One request and what came of it.

    :param kind: what sort of answer it is: a page, a document, a file.
    :param shown: ids of other persons whose personal values stood in the answer.
    :param saw: ids of persons of whom the record says that the visitor saw them.
    :param changed: tables that were written to, traces apart.
    :param refused: names of the checks that refused something on the way, and of the scopes that were asked for.
    """

    visitor: Visitor
    name: str
    page: Page
    thing: Thing
    method: str
    status: int
    kind: str
    where: str
    body: str
    shown: frozenset[int]
    saw: frozenset[int]
    changed: frozenset[str]
    refused: frozenset[str]
    events: str

    @property
    def line(self) -> str:
        """One line for a list of deviations."""
        return f"{self.visitor.name} {self.method} {self.name} {self.thing.name}: {self.status} {self.where}"


def addresses() -> dict[str, list[str]]:
    """Return the name of every address and the kinds of its parts, from the resolver."""
    found: dict[str, list[str]] = {}

    def walk(patterns: list[Any], namespaces: tuple[str, ...], parts: list[str]) -> None:
        for pattern in patterns:
            own = [
                *parts,
                *(
                    type(each).__name__.removesuffix("Converter").lower()
                    for each in pattern.pattern.converters.values()
                ),
            ]
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, (*namespaces, pattern.namespace) if pattern.namespace else namespaces, own)
            elif isinstance(pattern, URLPattern):
                found[":".join((*namespaces, pattern.name or "?"))] = own

    walk(get_resolver().url_patterns, (), [])
    return found


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back whatever happens inside; views that open a transaction of their own may do so."""
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]
    with atomic:
        yield
        transaction.set_rollback(True)


def send(client: Client, method: str, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
    """Send one request with a key, and leave the browser's cookies as they were."""
    cookies = client.cookies.output()
    try:
        if method == "GET":
            return client.get(path, data or {})
        key = uuid.uuid4().hex
        return client.post(path, {"form_key": key, **(data or {})}, headers={"Idempotency-Key": key})
    finally:
        client.cookies = SimpleCookie()
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))


class PlainDocument:
    """Takes the place of the typesetter: the document is the text of everything that it was given to set."""

    MARK = b"%PDF-1.7 as text\n"

    def __init__(self, template: object, *, sys_inputs: dict[str, str], **_: object) -> None:
        self.text = sys_inputs["data"]

    def compile(self, **_: object) -> bytes:
        """Return the text in place of the drawn page, whose letters are compressed numbers of glyphs."""
        return self.MARK + self.text.encode()


def readable(response: HttpResponse) -> str:
    """Return all that an answer says: streams joined, packed files unpacked, documents as the text that was set.

    :raises AssertionError: for an answer of a kind that cannot be read here, so that none passes unread.
    """
    body = response.getvalue() if response.streaming else response.content
    kind = response.get("Content-Type", "").partition(";")[0]
    if kind == "application/gzip":
        return gzip.decompress(body).decode()
    if kind == XLSX:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "".join(book.read(part).decode() for part in book.namelist() if part.endswith(".xml"))
    if kind == "application/pdf":
        assert body.startswith(PlainDocument.MARK), "a document that was drawn cannot be read"
        return body.decode()
    assert not body or kind in TEXTS, f"nobody reads {kind} here"
    return body.decode("utf-8", "replace")


def plain(response: HttpResponse, path: str) -> str:
    """Return an answer without its address and without what is random."""
    return _plain(response, readable(response), path)


def _plain(response: HttpResponse, said: str, path: str) -> str:
    text = re.sub(rf"(?<=[^a-z]){re.escape(path)}(?![a-z])", "PATH", said)
    headers = sorted((name, value) for name, value in response.items() if name not in ("Content-Length", "Set-Cookie"))
    return RANDOM.sub(r"\1", f"{response.status_code} {headers} {text}")


def sweep(world: World, names: frozenset[str] | None = None) -> Iterator[Seen]:
    """Try every visitor at every address; the closed doors with one object, the open ones with all."""
    everybody = world.everybody
    for name, parts in sorted(addresses().items()):
        if name in OPERATIONS or name not in TABLE or (names and name not in names):
            continue
        page = TABLE[name]
        objects = things(world, page, list(parts))
        knocked = set()
        for visitor in world.visitors.values():
            is_open = not page.roles or visitor.role in page.roles
            if not is_open and visitor.role in knocked:
                continue
            knocked.add(visitor.role)
            for thing in objects if is_open else objects[:1]:
                for method in METHODS if is_open or IS_LONG else page.methods:
                    yield _seen(world, everybody, visitor, name, page, thing, method)


def again(world: World, seen: Seen) -> Seen:
    """Repeat one request of a sweep."""
    return _seen(world, world.everybody, seen.visitor, seen.name, seen.page, seen.thing, seen.method)


def closed_answer(visitor: Visitor, path: str, method: str) -> str:
    """Return what the visitor gets at an address that does not exist, below the same place of the menu."""
    with taken_back():
        nowhere = f"{path.rstrip('/')}/{NOWHERE}"
        return plain(send(visitor.client, method, nowhere), nowhere)


def _seen(
    world: World, everybody: dict[int, Any], visitor: Visitor, name: str, page: Page, thing: Thing, method: str
) -> Seen:
    path, writes = reverse(name, args=thing.args), Writes()
    with taken_back(), mock.patch.object(documents.typst, "Compiler", PlainDocument):
        data = forms.FILLED[name](world) if method == "POST" and name in forms.FILLED else {}
        last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
        with connection.execute_wrapper(writes), checks.watched() as refused:
            response = send(visitor.client, method, path, data)
        said = readable(response)
        body = _plain(response, said, path)
        for each in thing.args:  # where somebody is led on to, what was asked for stands in the address
            body = body.replace(f"/{each}/", "/ASKED/")
        broken = response.status_code >= 500  # then the transaction may be unusable
        rows = [] if broken else list(Event.objects.filter(id__gt=last).order_by("id"))
    own = visitor.person
    raw = said.replace(path, "")
    for typed in filter(None, map(str, data.values())):  # a form shows again what was typed in
        raw = raw.replace(typed, "")
    return Seen(
        visitor=visitor,
        name=name,
        page=page,
        thing=thing,
        method=method,
        status=response.status_code,
        kind=response.get("Content-Type", "").partition(";")[0],
        where=response.get("Location", ""),
        body=body,
        shown=frozenset(
            pk for pk, marked in everybody.items() if pk != own and any(mark in raw for mark in marked.marks)
        ),
        saw=frozenset(row.person_id for row in rows if row.name == "record.saw" and row.person_id),
        changed=frozenset(writes.tables - TRACES),
        refused=frozenset(refused),
        events=" ".join(f"{row.name} {row.data} {row.because} {row.about_kind}" for row in rows),
    )


def deviation(seen: Seen) -> str:
    """Return what is wrong with an answer by the table, or nothing."""
    page, visitor = seen.page, seen.visitor
    if seen.status >= 500:
        return "broken"
    if page.roles and visitor.role is None:
        return "" if seen.status == 302 and seen.where.startswith("/sign-in/") else "not led to the sign-in"
    expected = page.get if seen.method == "GET" else page.post
    if page.roles and visitor.role not in page.roles:
        return _nothing_changed(seen) if seen.status == 404 else "expected 404"
    if may(visitor, page, seen.thing):
        return "" if seen.status in expected else f"expected {sorted(expected)}"
    if expected in (frozenset({405}), frozenset({302})) or not page.roles:  # the same for all, whatever is named
        return "" if seen.status in (404, *expected) else f"expected {sorted(expected)}"
    if seen.status != 404 and not (seen.status == 200 and seen.name in TELLS_WHERE and not seen.shown):
        return "expected 404"
    return _nothing_changed(seen)


def _nothing_changed(seen: Seen) -> str:
    return f"changed {sorted(seen.changed)}" if seen.changed else ""
