"""Where in the service a page is."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def breadcrumbs(content: str) -> SafeString:
    """Set `crumb`s in a row."""
    return render("breadcrumbs/breadcrumbs", {"content": content})


def crumb(text: str, href: str = "") -> SafeString:
    """Write one place on the way; the last one, without `href`, is this page."""
    return render("breadcrumbs/crumb", {"text": text, "href": href})
