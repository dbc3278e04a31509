"""Every address names who may call it, or stands on a list with a reason."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from khumkan.accounts.access import access_of


def views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


def test_every_view_says_who_may_call_it() -> None:
    unmarked = [path for path, view in views(get_resolver().url_patterns) if access_of(view) is None]
    assert unmarked == []


def test_a_view_without_a_mark_is_found() -> None:
    assert access_of(lambda request: None) is None


def test_public_views_give_a_reason() -> None:
    marks = [(path, access_of(view)) for path, view in views(get_resolver().url_patterns)]
    silent = [path for path, mark in marks if mark and not mark.roles and len(mark.public) < 10]
    assert silent == []


def test_every_name_is_reversible_once() -> None:
    paths = [path for path, _ in views(get_resolver().url_patterns)]
    assert len(paths) == len(set(paths))
