"""From page to page of a list whose end is not counted."""

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString

from khumkan.kernel.pages import Page
from khumkan.ui.rendering import render


def pagination(context: Mapping[str, Any], page: Page[Any], name: str = "page") -> SafeString:
    """Write the links to the page before and the page after; the rest of the query stays as it is."""
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query[name] = str(number)
        return f"?{query.urlencode()}"

    before = address(page.number - 1) if page.has_previous else ""
    after = address(page.number + 1) if page.has_next else ""
    return render("pagination/pagination", {"before": before, "after": after, "number": page.number})
