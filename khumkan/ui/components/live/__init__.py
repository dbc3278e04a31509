"""A part of a page that refreshes itself while something goes on."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def live(
    content: str, url: str, seconds: int = 5, part: str = "live", goes_on: bool = True, quiet: bool = False
) -> SafeString:
    """Fetch the page at `url` every few seconds and exchange this part for the part of the same name there.

    The address answers with the whole page, so that a page that was exchanged bit by bit equals one that was loaded.
    Without JavaScript there is a link instead.

    :param part: id of the part; one page may have several.
    :param goes_on: false when nothing changes any more: then the part stands still.
    :param quiet: a screen reader is not told of each exchange, for tables that nobody would hear to the end.
    """
    context = {"content": content, "url": url, "seconds": seconds, "part": part, "goes_on": goes_on, "quiet": quiet}
    return render("live/live", context)
