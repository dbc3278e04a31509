"""Boxes in a grid: ways into services, or short facts side by side."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render

LEVELS = (2, 3)


def cards(content: str) -> SafeString:
    """Set cards in a grid: one column on a phone, more where there is room."""
    return render("card/cards", {"content": content})


def card(content: str, title: str, href: str = "", level: int = 2) -> SafeString:
    """Write a box with a heading; with `href` the whole box leads there."""
    if level not in LEVELS:
        raise ValueError(f"the heading of a card has level 2 or 3, not {level}")
    return render("card/card", {"content": content, "title": title, "href": href, "level": level})
