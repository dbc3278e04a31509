"""Kept parts of the frame: one reader's part never reaches another, because a part is kept under all that it shows."""

import pytest
from django.utils import translation

from khumkan.ui import kept
from khumkan.ui.navigation import Link


def _menu(*links: Link) -> str:
    return kept.kept("ui/menu.html", links=links)


def test_a_part_is_rendered_once() -> None:
    before = kept._kept.cache_info().misses
    assert _menu(Link("Once", "/once/")) == _menu(Link("Once", "/once/"))
    assert kept._kept.cache_info().misses == before + 1


@pytest.mark.parametrize(
    "other",
    [Link("Rounds", "/a/"), Link("Sites", "/b/"), Link("Sites", "/a/", current=True), Link("Sites", "/a/", count=3)],
    ids=["text", "address", "current", "count"],
)
def test_whatever_differs_is_another_part(other: Link) -> None:
    assert _menu(Link("Sites", "/a/")) != _menu(other)


def test_each_language_has_its_own() -> None:
    with translation.override("th"):
        thai = _menu(Link("Sites", "/a/"))
    with translation.override("en"):
        english = _menu(Link("Sites", "/a/"))
    assert ("เมนู" in thai, "Menu" in english) == (True, True)


def test_control_without_the_language_in_its_key_a_part_is_shown_in_the_wrong_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "get_language", lambda: "th")
    with translation.override("th"):
        thai = _menu(Link("Control", "/control/"))
    with translation.override("en"):
        assert _menu(Link("Control", "/control/")) == thai


def test_what_is_shown_is_escaped() -> None:
    assert "<script>" not in _menu(Link("<script>", "/x/"))


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(TypeError):
        kept.kept("ui/menu.html", links=[Link("Sites", "/a/")])  # type: ignore[arg-type]
