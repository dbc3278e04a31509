"""Parts of the frame that are the same on page after page, rendered once.

A part is kept under its language and everything that it shows, so that two readers get the same one only where every
word of it is the same. What belongs to one reader (a name, a token of protection, a form key) is never put in such a
part: it would be kept for the next one under a key of its own, and only take up room.
"""

from collections.abc import Hashable
from functools import lru_cache

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

#: Parts that are kept in a process: some for each role, page of the menu and language.
MOST_KEPT = 1024


def kept(template: str, **shown: Hashable) -> SafeString:
    """Render a template from nothing but the named values, or take what was rendered from the same ones.

    :param shown: plain words, numbers and links whose words are in the language of the page already.
    """
    return _kept(template, get_language() or "th", tuple(shown.items()))


@lru_cache(maxsize=MOST_KEPT)
def _kept(template: str, language: str, shown: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return mark_safe(get_template(template).render(dict(shown)))  # noqa: S308 what is shown was escaped by the template
