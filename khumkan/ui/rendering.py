"""Rendering of one component's template."""

from collections.abc import Mapping
from functools import cache
from typing import Final
from zlib import crc32

from django.template import Context, Template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

TONES: Final = ("plain", "info", "good", "wait", "bad", "done")


def render(component: str, context: Mapping[str, object]) -> SafeString:
    """Render `components/<folder>/<name>.html`, given as `folder/name`; what is not marked safe is escaped."""
    return mark_safe(_template(component).render(Context(dict(context))).strip())  # noqa: S308


@cache
def _template(component: str) -> Template:
    """Return a component's template without what pages have around them: there are dozens on one page."""
    return get_template(f"components/{component}.html").template  # type: ignore[attr-defined,no-any-return]


def toned(tone: str) -> str:
    """Return the tone, which must be one of `TONES`.

    :raises ValueError: for any other word: a misspelt tone would be invisible.
    """
    if tone not in TONES:
        raise ValueError(f"{tone!r} is not one of the tones {TONES}")
    return tone


def anchor(words: object) -> str:
    """Return a short id for a part of a page: the same words give the same id, so that a page reads the same twice."""
    return f"{crc32(str(words).encode()):08x}"
