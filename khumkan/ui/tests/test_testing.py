"""The checks of pages find what they are for: each has a page that must fail."""

import pytest

from khumkan.ui.testing import assert_page_is_sound, problems_of_page

SOUND = (
    '<!doctype html><html lang="th"><head><title>A</title></head><body><h1>B</h1>'
    '<label for="a">Name</label><input id="a" name="a">REST</body></html>'
)


def test_a_sound_page_passes() -> None:
    assert_page_is_sound(SOUND.replace("REST", "<svg><title>a</title></svg><input type='hidden' name='k'>"))


@pytest.mark.parametrize(
    ("flaw", "words"),
    [
        ("<h1>Two</h1>", "heading of level 1"),
        ('<p id="a">', "2 times"),
        ('<input name="b">', "no label"),
        ('<input id="c" name="c" aria-describedby="gone"><label for="c">x</label>', "'gone'"),
        ("<style>a{}</style>", "style within"),
        ('<p style="a">', "style within"),
        ("<script>a()</script>", "script within"),
        ('<p onclick="a()">', "onclick"),
        ('<a href="javascript:a()">x</a>', "leads to a script"),
        ('<img src="a.png">', "without alt"),
        ("{% if x %}", "holds"),
    ],
)
def test_a_flaw_is_found(flaw: str, words: str) -> None:
    problems = problems_of_page(SOUND.replace("REST", flaw))
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(("part", "instead"), [('lang="th"', ""), ("<title>A", "<title>"), ("<h1>B</h1>", "")])
def test_what_is_missing_is_found(part: str, instead: str) -> None:
    page = SOUND.replace("REST", "")
    assert problems_of_page(page) == []
    assert problems_of_page(page.replace(part, instead))
