"""The pages that staff have about one person, one for each programme."""

from typing import Any

from django.utils.safestring import SafeString

from khumkan.ui.navigation import person_tabs as tabs_of
from khumkan.ui.rendering import render


def person_tabs(context: dict[str, Any], reference: str) -> SafeString:
    """Write links to the other pages about a person; nothing while there is one page only."""
    return render("person_tabs/person_tabs", {"tabs": tabs_of(context["request"], reference)})
