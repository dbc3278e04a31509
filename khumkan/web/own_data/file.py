"""The file itself: JSON, part by part, and what happened as a table for spreadsheets."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from django.utils.translation import gettext as _

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.dates import show_date, show_time
from khumkan.kernel.files import write_csv_safe
from khumkan.record.models import Event
from khumkan.registry.queries import persons
from khumkan.web.own_data import programmes, register
from khumkan.web.queries import audit, happened

#: Version of the form of the file; a program that reads it sees when it changes.
FORM = 1
#: Events that are read from the database at once.
AT_ONCE = 500


def take(by: Actor, *, kind: str) -> None:
    """Write to the record that a person takes their own data as a file.

    :param kind: `json` or `csv`.
    """
    record.write("web.own_data_taken", by=by, person_id=by.person_id, data={"kind": kind})


def as_json(by: Actor, *, language: str) -> Iterator[bytes]:
    """Yield all data of the person who is signed in, as one JSON object. The parts are read while they are sent."""
    person = persons.person_for(by, by.person_id or 0)
    parts: Mapping[str, Callable[[], Any]] = {
        "person": lambda: register.person(person),
        "tests": lambda: programmes.tests(person.pk),
        "care": lambda: programmes.care(person.pk),
        "vaccination": lambda: programmes.vaccination(person.pk),
        "hotline": lambda: programmes.hotline(person.pk),
        "messages": lambda: programmes.sent(person.pk),
    }
    head = {"form": FORM, "made_at": clock.now(), "reference": person.reference}
    yield _written(head).rstrip("}").encode()
    for name, read in parts.items():
        with translation.override(language):
            yield f', "{name}": {_written(read())}'.encode()
    yield from _list("happened", (_event(each) for each in _events(person.pk)), language)
    yield from _list("who_looked", _looks(by), language)
    yield b"}"


def as_csv(by: Actor, *, language: str) -> Iterator[bytes]:
    """Yield what happened to the person who is signed in as a CSV file, newest first."""
    with translation.override(language):
        heading = [_("Day"), _("Hour"), _("What happened"), _("By the hotline or the office, for you")]
        lines = [_line(each, language) for each in _events(by.person_id or 0)]
        yield from write_csv_safe(heading, lines)


def _events(person_id: int) -> Iterator[Event]:
    return happened.to_person(person_id).iterator(chunk_size=AT_ONCE)


def _event(event: Event) -> Mapping[str, Any]:
    (told,) = happened.in_words([event])
    return {"at": event.at, "name": event.name, "what": str(told.shown.words), "for_you": told.is_for_the_person}


def _looks(by: Actor) -> Iterator[Mapping[str, Any]]:
    """Yield who looked, by role and number: members of staff are not named."""
    for line in audit.lines_for_the_person(audit.who_saw_me(by)):
        yield {"at": line.at, "who": line.who, "what": line.what, "why": line.because or None}


def _line(event: Event, language: str) -> list[str]:
    (told,) = happened.in_words([event])
    day = show_date(clock.bangkok(told.at).date(), language)
    return [day, show_time(told.at, language), str(told.shown.words), _("Yes") if told.is_for_the_person else ""]


def _list(name: str, found: Iterator[Mapping[str, Any]], language: str) -> Iterator[bytes]:
    yield f', "{name}": ['.encode()
    glue = ""
    with translation.override(language):
        written = [_written(each) for each in found]
    for each in written:
        yield f"{glue}{each}".encode()
        glue = ", "
    yield b"]"


def _written(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
