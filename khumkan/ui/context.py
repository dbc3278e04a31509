"""What the base template knows on every page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from khumkan.ui.language import Choice, choices
from khumkan.ui.navigation import Navigation, navigation_of


@dataclass(frozen=True)
class Shell:
    """The frame around a page. As it stands, without arguments, it asks nothing of the database."""

    navigation: Navigation = field(default_factory=Navigation)
    languages: Sequence[Choice] = ()
    htmx: str = (
        '{"allowEval":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,"allowScriptTags":false,'
        '"historyCacheSize":0}'
    )

    @property
    def language(self) -> str:
        """The code of the language that the page is in."""
        return translation.get_language() or "th"


def page(request: HttpRequest) -> dict[str, object]:
    """Context processor: the frame of the page, made once and only when a template asks for it."""
    return {"shell": SimpleLazyObject(lambda: Shell(navigation=navigation_of(request), languages=choices(request)))}
